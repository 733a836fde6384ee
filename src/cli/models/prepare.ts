import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { homeDirectory, PREPARABLE } from "../../../trainer-server/server/index.ts";
import { PythonEnvironment } from "../../../trainer-server/server/python.ts";
import { UserError } from "../../protocol/index.ts";
import { note, progress } from "../output.ts";
import { check } from "./check.ts";
import { base, CLONE } from "./places.ts";

/** Downloads and converts a model's weights, then checks them. */
export async function prepare(id: string, json: boolean): Promise<number> {
  if (!PREPARABLE.includes(id))
    throw new UserError(`${id} needs no preparation: ${PREPARABLE.join(", ")} can be prepared.`);
  const python = new PythonEnvironment(homeDirectory(), join(CLONE, "trainer-server", "requirements.txt"));
  if (python.state !== "ready") note("Preparing the Python environment (once; several minutes) ...");
  const program = await python.ready().catch((error: Error) => {
    throw new UserError(error.message);
  });
  const output = join(base(), id);
  const args = ["-m", "trainer.convert", "--preset", id, "--output", output, "--progress", "json"];
  const child = spawn(program, args, { cwd: join(CLONE, "trainer-server"), stdio: ["ignore", "pipe", "inherit"] });
  const stop = () => child.kill("SIGTERM");
  process.once("SIGINT", stop);
  createInterface({ input: child.stdout }).on("line", (line) => {
    try {
      const report = JSON.parse(line) as { progress: number; message: string };
      progress(`${Math.round(report.progress * 100)} % ${report.message}`);
    } catch {
      note(line);
    }
  });
  const code = await new Promise<number | null>((done, failed) => child.on("error", failed).on("close", done));
  process.removeListener("SIGINT", stop);
  if (code !== 0) return 1;
  progress("");
  return check(id, json);
}
