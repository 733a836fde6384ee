/** What the frame gives to a new worker, beside the port to the page. */
export interface WorkerAssets {
  /** Pyodide's WebAssembly, compiled once for all workers with the same memory limit. */
  module: WebAssembly.Module;
  /** Fills a memory (`image.memory`) with the started interpreter. */
  image: WebAssembly.Module;
  /** What Pyodide knows of the image beside its memory. */
  head: ArrayBuffer;
  stdlib: ArrayBuffer;
  site: ArrayBuffer;
}

/** Page to worker: the one program that this worker will run. */
export interface RunMessage {
  nonce: string;
  code: string;
  files: Record<string, string>;
  /** Seeds every source of random numbers; null: unpredictable. */
  seed: number | null;
  /** Bytes that stdout, stderr and the value may have together. */
  outputLimit: number;
  /** MiB that heap and files may take together, above the image. */
  memoryMb: number;
}

/** Worker to page. */
export type WorkerMessage =
  | { type: "ready" }
  | { type: "broken"; message: string }
  | { type: "output"; stream: "stdout" | "stderr"; bytes: Uint8Array }
  | { type: "limit"; reason: "output" | "files" }
  | {
      type: "done";
      nonce: string;
      value: string | null;
      errorType: string | null;
      errorMessage: string;
      files: Record<string, string>;
      /** Seconds. */
      time: number;
    };
