import { expect, test } from "./fixtures.ts";

test.describe.configure({ timeout: 300_000 });

/** Runs a statement that must fail, in Python, and prints which error it met; "OPEN" when it met none. */
function attempts(statements: Record<string, string>): string {
  const body = Object.entries(statements).map(
    ([name, code]) => `await attempt(${JSON.stringify(name)}, ${JSON.stringify(code)})`,
  );
  return [
    "import asyncio, js, pyodide_js, sys",
    "from pyodide.ffi import create_proxy, to_js, run_sync",
    "async def attempt(name, code):",
    "  scope = dict(globals())",
    "  try:",
    "    exec('async def go():\\n' + ''.join('  ' + line + '\\n' for line in code.split('\\n')), scope)",
    "    found = await asyncio.wait_for(scope['go'](), 5)",
    "    print(name, 'OPEN', repr(found)[:200])",
    "  except BaseException as error:",
    "    print(name, 'refused', type(error).__name__, str(error).strip().split('\\n')[-1][:160])",
    "async def main():",
    ...body.map((line) => `  ${line}`),
    "asyncio.run(main())",
  ].join("\n");
}

test("no request leaves by any way", async ({ host, run }) => {
  const target = `${host.url}stolen`;
  const socket = target.replace("http", "ws");
  host.requests.length = 0;
  const [result] = await run(
    attempts({
      fetch: `return await js.fetch('${target}')`,
      "fetch of data": "return await js.fetch('data:text/plain,x')",
      xhr: `x = js.XMLHttpRequest.new()\nx.open('GET', '${target}', False)\nx.send()\nreturn x.status`,
      urlopen: `import urllib.request\nreturn urllib.request.urlopen('${target}').status`,
      pyfetch: `import pyodide.http\nreturn await pyodide.http.pyfetch('${target}')`,
      open_url: `import pyodide.http\nreturn pyodide.http.open_url('${target}')`,
      importScripts: `return js.importScripts('${target}')`,
      loadPackage: `return await pyodide_js.loadPackage('${target}/x-1.0-py3-none-any.whl')`,
      tcp: "import socket\nreturn socket.create_connection(('127.0.0.1', 80), 2)",
      Worker: `return js.Worker.new('${target}')`,
    }),
    // These say by an event that they failed, so it is the server that tells.
    `import js, asyncio\nfor make in (lambda: js.WebSocket.new('${socket}'), lambda: js.EventSource.new('${target}')):\n  try: make()\n  except Exception as e: print(type(e).__name__)\nasyncio.run(asyncio.sleep(1))`,
  );
  expect(result).toMatchObject({ success: true });
  expect(result!.stdout).not.toContain("OPEN");
  expect(result!.stdout.trim().split("\n")).toHaveLength(10);
  expect(host.requests.filter((path) => path.includes("stolen"))).toEqual([]);
  // The count can count: the page itself may ask.
  await run("1");
  expect(host.requests.filter((path) => path.includes("stolen"))).toEqual([]);
});

test("no storage, no page, no code from text", async ({ run, sandbox }) => {
  await sandbox.evaluate(() => localStorage.setItem("secret", "of the page"));
  const [result] = await run(
    attempts({
      indexedDB: "r = js.indexedDB.open('x')\nreturn r",
      localStorage: "return js.localStorage",
      caches: "return await js.caches.open('x')",
      opfs: "return await js.navigator.storage.getDirectory()",
      document: "return js.document",
      parent: "return js.parent",
      eval: "return js.eval('1')",
      Function: "return js.Function.new('return 1')()",
      "constructor of an array": "return to_js([1]).constructor.constructor('return 1')()",
      "constructor of pyodide_js": "return pyodide_js.loadPackage.constructor('return 1')()",
      "timer with text": "before = js.setTimeout('self.hit = 1', 0)\nawait asyncio.sleep(0.1)\nreturn js.hit",
      run_script: "import ctypes\nreturn ctypes.CDLL(None).emscripten_run_script_int(b'1 + 1')",
      Worker: "return js.Worker.new('data:text/javascript,1')",
      SharedWorker: "return js.SharedWorker.new('data:text/javascript,1')",
    }),
  );
  expect(result).toMatchObject({ success: true });
  expect(result!.stdout).not.toContain("OPEN");
  expect(result!.stdout.trim().split("\n")).toHaveLength(14);
});

test("a result cannot be forged", async ({ run, sandbox }) => {
  const heard = sandbox.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener("message", (event) => resolve(event.data));
        setTimeout(() => resolve("nothing"), 8000);
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
      "js.Function.prototype.call = create_proxy(steal)",
      "js.Function.prototype.apply = create_proxy(steal)",
      "js.performance.now = create_proxy(lambda: -10**9)",
      "'still honest'",
    ].join("\n"),
    "import sys\nsys._getframe(2).f_globals['text_of'] = lambda error: 5\nraise ValueError('x')",
  );
  expect(posted).toMatchObject({ success: true, value: "'honest'" });
  expect(patched!.value === "'still honest'" || patched!.killed !== null).toBe(true);
  expect(patched!.execution_time).toBeLessThan(60);
  expect(patched!.execution_time).toBeGreaterThan(0);
  expect(wrong!.success).toBe(false);
  expect(await heard).toBe("nothing");
});

test("two runs have no channel between them", async ({ sandbox }) => {
  const [listener] = await sandbox.evaluate(() =>
    Promise.all(
      [
        "import js, asyncio\nfrom pyodide.ffi import create_proxy\nheard = []\nc = js.BroadcastChannel.new('x')\nc.onmessage = create_proxy(lambda e: heard.append(e.data))\nasync def wait():\n  await asyncio.sleep(15)\nasyncio.run(wait())\nheard",
        "import js, asyncio\nc = js.BroadcastChannel.new('x')\nasync def say():\n  for i in range(10):\n    c.postMessage(i)\n    await asyncio.sleep(0.5)\nasyncio.run(say())",
      ].map((code) => window.sandbox.execute(code, { timeout: 60 })),
    ),
  );
  expect(listener).toMatchObject({ success: true, value: "[]" });
});
