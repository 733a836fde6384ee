import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerStatus } from "../../src/protocol/index.ts";
import { Refusal } from "./guard.ts";

/**
 * The interpreter that prepares and trains models: $AGENTCODER_PYTHON, or a virtual environment under the home that is
 * made from requirements.txt in the background, once, and again when the requirements change.
 */
export class PythonEnvironment {
  state: ServerStatus["python"] = "missing";
  /** What is being done, or why there is none. */
  message = "";
  private preparing: Promise<void> | null = null;
  private readonly stop = new AbortController();

  constructor(
    private readonly home: string,
    private readonly requirements: string,
    private readonly interpreter = process.env["AGENTCODER_PYTHON"],
  ) {
    if (interpreter) this.state = "ready";
  }

  private get venv(): string {
    return join(this.home, ".venv");
  }

  private get python(): string {
    return this.interpreter ?? join(this.venv, "bin", "python");
  }

  /** Path of a ready interpreter; waits while it is being made. Refused with a sentence when it cannot be. */
  async ready(): Promise<string> {
    if (this.state !== "ready") await this.prepare();
    if (this.state === "ready") return this.python;
    throw new Refusal(503, `Python is not ready: ${this.message}`);
  }

  /** Makes the environment when it is missing or old. Never rejects: `state` and `message` tell. */
  prepare(): Promise<void> {
    if (this.state === "ready") return Promise.resolve();
    this.preparing ??= this.make()
      .catch((error: unknown) => {
        this.state = "missing";
        this.message = error instanceof Error ? error.message : String(error);
      })
      .finally(() => (this.preparing = null));
    return this.preparing;
  }

  /** Ends what is under way; the next start goes on from there. */
  close(): void {
    this.stop.abort();
  }

  private async make(): Promise<void> {
    const text = await readFile(this.requirements, "utf8");
    const wanted = createHash("sha256").update(text).digest("hex");
    const stamp = join(this.venv, ".requirements");
    if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) {
      this.state = "ready";
      return;
    }
    this.state = "preparing";
    await mkdir(this.home, { recursive: true });
    await rm(stamp, { force: true });
    if (!existsSync(this.python)) await this.run("Making the Python environment", "python3", "-m", "venv", this.venv);
    const pip = [this.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"] as const;
    // torch first and alone: it is by far the largest, and a broken download is repeated without the rest.
    const torch = /^torch==\S+/m.exec(text)?.[0];
    if (torch) await this.run("Installing PyTorch", ...pip, torch);
    await this.run("Installing the Python packages", ...pip, "-r", this.requirements);
    await writeFile(stamp, wanted);
    this.state = "ready";
    this.message = "";
  }

  private run(what: string, program: string, ...args: string[]): Promise<void> {
    this.message = what;
    return new Promise((done, failed) => {
      const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], signal: this.stop.signal });
      let said = "";
      child.stderr.on("data", (data: Buffer) => (said = (said + data.toString()).slice(-2000)));
      child.on("error", (error) => failed(new Error(`${what} failed: ${error.message}`)));
      child.on("close", (code) => {
        if (code === 0) done();
        else failed(new Error(`${what} failed: ${said.trim().split("\n").at(-1) || `code ${code}`}`));
      });
    });
  }
}
