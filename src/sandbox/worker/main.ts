import "./classic.ts";
import type { PyodideAPI } from "pyodide";
import { collectFiles, writeFiles } from "./files.ts";
import type { RunMessage, WorkerAssets, WorkerMessage } from "./messages.ts";
import { Output } from "./output.ts";
import { limitFiles } from "./quota.ts";
import { restore } from "./restore.ts";

/*
 * The worker of one run. Python can reach this worker's JavaScript, so everything that leads outside is bound and put out
 * of reach before the program starts: the port exists in closures only, and nested workers cannot be made.
 */
const DIRECTORY = "/work";

/** runner.py's `run`. */
type Runner = (code: string, seed: number | undefined) => { toJs(): [string | null, string | null, string] };

addEventListener(
  "message",
  (event: MessageEvent<{ port: MessagePort; assets: WorkerAssets }>) => {
    const { port, assets } = event.data;
    // Bound now: a program may replace what the prototypes hold, but not what these call.
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

async function start(assets: WorkerAssets): Promise<{ python: PyodideAPI; run: Runner }> {
  const python = await restore(assets, async (fs) => {
    fs.writeFile("/lib/site.zip", new Uint8Array(assets.site), { canOwn: true });
    fs.mkdirTree(DIRECTORY);
  });
  const runner = python.pyimport("_runner") as { prepare(directory: string): void; run: Runner };
  runner.prepare(DIRECTORY);
  removeReach();
  return { python, run: runner.run };
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
  { python, run }: { python: PyodideAPI; run: Runner },
  { nonce, code, files, seed, outputLimit }: RunMessage,
  send: (message: WorkerMessage) => void,
  now: () => number,
): void {
  writeFiles(python.FS, DIRECTORY, files);
  limitFiles(python.FS, () => send({ type: "limit", reason: "files" }));
  const output = new Output(python, outputLimit, send);
  const begun = now();
  try {
    // undefined is None to Python; null is not.
    const [value, errorType, errorMessage] = run(code, seed ?? undefined).toJs();
    const time = (now() - begun) / 1000;
    if (!output.take((value?.length ?? 0) + errorMessage.length)) return;
    output.flush();
    const changed = collectFiles(python.FS, DIRECTORY, files);
    send({
      type: "done",
      nonce,
      value: value ?? null,
      errorType: errorType ?? null,
      errorMessage,
      files: changed,
      time,
    });
  } catch (error) {
    // Python itself ended, or the program damaged what runs it.
    send({ type: "broken", message: String(error) });
  }
}
