import { loadPyodide, type PyodideAPI } from "pyodide";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { info } from "pyodide/pyodide-lock.json";
import { listenToOutput } from "./output.ts";
import { collectFiles, limitFiles, writeFiles } from "./files.ts";
import type { RunMessage, WorkerImage, WorkerMessage } from "./messages.ts";
import { instantiateFrom, withMemoryFetch } from "./loading.ts";

/*
 * The worker of one run. Python can reach this worker's JavaScript, so everything that leads outside is bound and put out
 * of reach before the program starts: the port exists in closures only, and nested workers cannot be made.
 */
const DIRECTORY = "/work";
type Runner = (
  code: string,
  seed: number | undefined,
) => { toJs(): [string | null, string | null, string]; destroy(): void };

addEventListener(
  "message",
  (event: MessageEvent<{ port: MessagePort; image: WorkerImage }>) => {
    const { port, image } = event.data;
    // Bound now: a program may replace what the prototypes hold, but not what these call.
    const send = port.postMessage.bind(port) as (message: WorkerMessage) => void;
    const now = performance.now.bind(performance);
    start(image).then(
      ({ python, run }) => {
        port.onmessage = ({ data }: MessageEvent<RunMessage>) => {
          port.onmessage = null;
          send(runProgram(python, run, data, send, now));
        };
        send({ type: "ready" });
      },
      (error: unknown) => send({ type: "broken", message: String(error) }),
    );
  },
  { once: true },
);

async function start(image: WorkerImage): Promise<{ python: PyodideAPI; run: Runner }> {
  const files = { "python_stdlib.zip": image.stdlib, "pyodide.asm.wasm": new ArrayBuffer(0) };
  const python = await withMemoryFetch(files, () =>
    instantiateFrom(image.module, () =>
      loadPyodide({
        indexURL: "https://sandbox.invalid/",
        packageBaseUrl: "https://sandbox.invalid/",
        // No packages: what can be imported is in the standard library and in the archive.
        lockFileContents: JSON.stringify({ info, packages: {} }),
        createPyodideModule,
        _loadSnapshot: image.snapshot,
        fsInit: async (fs) => {
          fs.writeFile("/lib/site.zip", new Uint8Array(image.site), { canOwn: true });
          fs.mkdirTree(DIRECTORY);
        },
      }),
    ),
  );
  const runner = python.pyimport("_runner") as { prepare(directory: string): void; run: Runner };
  runner.prepare(DIRECTORY);
  Reflect.deleteProperty(globalThis, "Worker");
  return { python, run: runner.run };
}

function runProgram(
  python: PyodideAPI,
  run: Runner,
  { nonce, code, files, seed, outputLimit }: RunMessage,
  send: (message: WorkerMessage) => void,
  now: () => number,
): WorkerMessage {
  writeFiles(python.FS, DIRECTORY, files);
  limitFiles(python.FS, () => send({ type: "limit", reason: "files" }));
  const flush = listenToOutput(python, outputLimit, send);
  const begun = now();
  let outcome: [string | null, string | null, string];
  try {
    // undefined is None to Python; null is not.
    outcome = run(code, seed ?? undefined).toJs();
  } catch (error) {
    // Python itself ended (a fatal error), or the program damaged the runner.
    return { type: "broken", message: String(error) };
  }
  const time = (now() - begun) / 1000;
  flush();
  const [value, errorType, errorMessage] = outcome;
  return {
    type: "done",
    nonce,
    value,
    errorType,
    errorMessage,
    files: collectFiles(python.FS, DIRECTORY, files),
    time,
  };
}
