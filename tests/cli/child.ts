import { spawn } from "node:child_process";

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the program as a person does. */
export function agentcoder(argv: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, ["bin/agentcoder.js", ...argv], { env: { ...process.env, ...env } });
  const ended: Ended = { code: null, out: "", err: "" };
  child.stdout.on("data", (data) => (ended.out += String(data)));
  child.stderr.on("data", (data) => (ended.err += String(data)));
  return new Promise((done, failed) => {
    child.on("error", failed).on("close", (code) => done({ ...ended, code }));
  });
}
