import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import type { ExecResult } from "../../src/protocol/index.ts";
import type { PythonOptions, PythonRunner } from "../../src/tools/index.ts";

const root = resolve(import.meta.dirname, "../..");
const own = resolve(root, ".venv/bin/python");

/** A real Python on this machine, as a stand-in for the sandbox. Each program runs in a process of its own. */
export interface LocalPython extends PythonRunner {
  /** Its SymPy, or null where there is none. */
  sympy: string | null;
  /** What it was asked to run. */
  asked: { code: string; options: PythonOptions }[];
  close(): void;
}

/** Starts a Python: the clone's own environment where there is one. */
export async function startPython(): Promise<LocalPython> {
  const python = existsSync(own) ? own : "python3";
  const child = spawn(python, ["-u", resolve(import.meta.dirname, "server.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ended early.`);
    return JSON.parse(value) as unknown;
  };
  const { sympy } = (await nextLine()) as { sympy: string | null };
  const asked: LocalPython["asked"] = [];
  let last: Promise<unknown> = Promise.resolve();
  return {
    sympy,
    asked,
    execute: (code, options = {}) => {
      asked.push({ code, options });
      const result = last.then(() => {
        child.stdin.write(`${JSON.stringify({ code, files: options.files ?? {} })}\n`);
        return nextLine() as Promise<ExecResult>;
      });
      last = result.catch(() => undefined);
      return result;
    },
    close: () => void child.kill(),
  };
}

/** Why tests that need SymPy are skipped. */
export const NO_SYMPY = "SymPy is not installed: pip install sympy==1.14.0 into .venv or for python3";

/** Milliseconds that SymPy may take to be imported on a busy machine. */
export const STARTING = 120_000;
