import { type ExecResult, PythonSandbox } from "../../src/index.ts";

/** Executes code within limits and reads output, success and execution time. */
export async function runPython(): Promise<{
  sum: ExecResult;
  endless: ExecResult;
  greedy: ExecResult;
  next: ExecResult;
}> {
  const sandbox = new PythonSandbox({ timeout: 5, memoryLimitMb: 100 });
  await sandbox.ready();

  const sum = await sandbox.execute("print(sum(range(10)))");
  console.log(sum.output, sum.success, `${sum.execution_time} s`);

  const endless = await sandbox.execute("while True: pass", { timeout: 1 });
  console.log(endless.success, endless.killed);

  const greedy = await sandbox.execute("x = bytearray(500 * 1024 * 1024)");
  console.log(greedy.success, greedy.error?.type ?? greedy.killed);

  const next = await sandbox.execute("6 * 7");
  console.log(next.output);

  sandbox.dispose();
  return { sum, endless, greedy, next };
}
