import "./classic.ts";
import type { PyodideAPI } from "pyodide";
import { becomeDeterministic } from "./determinism.ts";
import { collectFiles, writeFiles } from "./files.ts";
import type { RunMessage, WorkerAssets, WorkerMessage } from "./messages.ts";
import { Output } from "./output.ts";
import { Budget, limitFiles } from "./quota.ts";
import { Report } from "./report.ts";
import { restore } from "./restore.ts";
import { Seal } from "./seal.ts";

/*
 * The worker of one run. While the program runs, Python is sealed off from JavaScript; and what leads outside is bound and
 * put out of reach before it starts all the same: the port exists in closures only, and nested workers cannot be made.
 */
const DIRECTORY = "/work";

interface Started {
  python: PyodideAPI;
  seal: Seal;
  budget: Budget;
  report: Report;
}

/** What of Pyodide's module is used beside its public interface. */
interface Module {
  HEAPU8: Uint8Array;
  stringToNewUTF8(text: string): number;
  _PyRun_SimpleString(code: number): number;
}

addEventListener(
  "message",
  (event: MessageEvent<{ port: MessagePort; assets: WorkerAssets }>) => {
    const { port, assets } = event.data;
    const send = port.postMessage.bind(port) as (message: WorkerMessage) => void;
    const now = performance.now.bind(performance);
    start(assets).then(
      (started) => {
        port.onmessage = ({ data }: MessageEvent<RunMessage>) => {
          port.onmessage = null;
          runProgram(started, data, send, now);
        };
        send({ type: "ready" });
      },
      (error: unknown) => send({ type: "broken", message: String(error) }),
    );
  },
  { once: true },
);

async function start(assets: WorkerAssets): Promise<Started> {
  const [seal, budget] = [new Seal(), new Budget()];
  const python = await restore(assets, { seal, budget }, async (fs) => {
    fs.writeFile("/lib/site.zip", new Uint8Array(assets.site), { canOwn: true });
    fs.mkdirTree(DIRECTORY);
  });
  const report = new Report(python.FS);
  const runner = python.pyimport("_runner") as { prepare(directory: string): void };
  runner.prepare(DIRECTORY);
  removeReach();
  return { python, seal, budget, report };
}

/**
 * Nested workers would be the one way left to turn text into JavaScript, a broadcast would reach the program that runs
 * beside this one, and a GPU is nothing a program needs.
 */
function removeReach(): void {
  Reflect.deleteProperty(globalThis, "Worker");
  Reflect.deleteProperty(globalThis, "BroadcastChannel");
  Reflect.deleteProperty(Object.getPrototypeOf(navigator) as object, "gpu");
}

function runProgram(
  { python, seal, budget, report }: Started,
  { nonce, code, files, seed, outputLimit, memoryMb }: RunMessage,
  send: (message: WorkerMessage) => void,
  now: () => number,
): void {
  const module = (python as unknown as { _module: Module })._module;
  writeFiles(python.FS, DIRECTORY, files);
  budget.begin(memoryMb * 2 ** 20, () => module.HEAPU8.length);
  limitFiles(python.FS, budget, () => send({ type: "limit", reason: "files" }));
  const output = new Output(python, outputLimit, send);
  if (seed !== null) becomeDeterministic(seed);
  // A JSON text in a JSON text, which is a literal to Python too. The request and the report pass no proxy.
  const request = JSON.stringify(JSON.stringify({ code, seed, limit: outputLimit }));
  const call = module.stringToNewUTF8(`_run(${request})`);
  const begun = now();
  try {
    seal.close((message) => send({ type: "broken", message }));
    module._PyRun_SimpleString(call);
    seal.open();
    const time = (now() - begun) / 1000;
    const { value, errorType, errorMessage } = report.read();
    if (!output.take((value?.length ?? 0) + errorMessage.length)) return;
    output.flush();
    send({
      type: "done",
      nonce,
      value,
      errorType,
      errorMessage,
      files: collectFiles(python.FS, DIRECTORY, files),
      time,
    });
  } catch (error) {
    // Python itself ended, or the program damaged what runs it.
    send({ type: "broken", message: String(error) });
  }
}
