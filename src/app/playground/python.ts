import type { PythonSandbox } from "../../sandbox/index.ts";

let opened: Promise<PythonSandbox> | null = null;

/** The sandbox of this page, opened when it is first needed: the chat's tools and the cell run in the same. */
export function python(): Promise<PythonSandbox> {
  opened ??= import("../../sandbox/index.ts").then(({ PythonSandbox }) => new PythonSandbox());
  return opened;
}
