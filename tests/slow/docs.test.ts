import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandsInDocs, wayOf } from "../docs/commands.ts";

// Every command of the docs, in the order in which a reader would type them, in a copy of what a command may change.
const ROOT = resolve(".");
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "agentcoder-docs-"));
  const sources = (path: string) => !/(^|\/)(__pycache__|node_modules|\.venv|\.pytest_cache|\.ruff_cache)$/.test(path);
  for (const name of ["trainer-server", "public/models", "datasets", "docs/examples"]) {
    mkdirSync(join(copy, name, ".."), { recursive: true });
    cpSync(name, join(copy, name), { recursive: true, filter: sources });
  }
  // The program itself runs from the clone, where its pages are built once. A package of the program's own name would be
  // what npx runs.
  writeFileSync(join(copy, "package.json"), '{ "private": true }');
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function environment(): NodeJS.ProcessEnv {
  const home = process.env["AGENTCODER_HOME"] ?? ROOT;
  const bin = join(home, ".venv", "bin");
  const python = process.env["AGENTCODER_PYTHON"] ?? join(bin, "python");
  return {
    ...process.env,
    AGENTCODER_HOME: join(copy, "home"),
    PATH: [bin, process.env["PATH"]].join(delimiter),
    // The environment of this machine, where there is one: only the commands are tested, not an installation.
    ...(existsSync(python) && { AGENTCODER_PYTHON: python }),
  };
}

/** Runs a command as it is typed. */
function type(command: string): Promise<{ code: number | null; said: string }> {
  const child = spawn("bash", ["-c", command], { cwd: copy, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += String(data)));
  return new Promise((done, failed) => {
    child.on("error", failed).on("close", (code) => done({ code, said }));
  });
}

describe("the commands of the docs", () => {
  const typed = commandsInDocs().filter(({ text }) => wayOf(text) === "run");

  it.each(typed)("do what they say: $text ($document, line $line)", async ({ text }) => {
    const { code, said } = await type(text);
    expect({ code, said: code === 0 ? "" : said.slice(-2000) }).toEqual({ code: 0, said: "" });
    for (const [, output = ""] of text.matchAll(/--output (\S+)/g)) expect(existsSync(join(copy, output))).toBe(true);
  });
});
