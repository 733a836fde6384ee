import { spawn, type ChildProcess } from "node:child_process";

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the program as a person does; `watch` sees what it says on standard error so far, each time that it says more. */
export function agentcoder(
  argv: string[],
  env: NodeJS.ProcessEnv = {},
  watch: (said: string, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, ["bin/agentcoder.js", ...argv], { env: { ...process.env, ...env } });
  const ended: Ended = { code: null, out: "", err: "" };
  child.stdout.on("data", (data) => (ended.out += String(data)));
  child.stderr.on("data", (data) => {
    ended.err += String(data);
    watch(ended.err, child);
  });
  return new Promise((done, failed) => {
    child.on("error", failed).on("close", (code) => done({ ...ended, code }));
  });
}
