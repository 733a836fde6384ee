import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import { agentcoder } from "./child.ts";
import { captured } from "./doubles.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "agentcoder-cli-"));
  vi.stubEnv("AGENTCODER_HOME", home);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = captured();
  const code = await runProgram(argv);
  vi.restoreAllMocks();
  return { code, ...said };
}

describe("agentcoder", () => {
  it("lists its commands, each with help of its own", { timeout: 60_000 }, async () => {
    const help = await run("--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    const commands = help.out.split("\n").flatMap((line) => /^([a-z]+) {2,}\S/.exec(line)?.[1] ?? []);
    expect(commands).toEqual(expect.arrayContaining(["baseline", "generate", "exec", "models", "serve"]));
    for (const command of commands) {
      const { code, out, err } = await run(command, "--help");
      expect({ command, code, err }).toEqual({ command, code: 0, err: "" });
      expect(out).toMatch(new RegExp(`^Usage: agentcoder ${command}\\b`));
      expect((await run(command, "-h")).out).toBe(out);
    }
  });

  it("without a command shows them on standard error and ends with 2", async () => {
    expect(await run()).toEqual({ code: 2, out: "", err: (await run("help")).out });
  });

  it.each([
    [
      "an unknown command",
      ["paint"],
      /^"paint" is no command: known are baseline, generate, exec, models, data, bench, serve.*\.\n$/,
    ],
    ["a name that every object answers to", ["constructor"], /^"constructor" is no command: known are .*\.\n$/],
    ["an unknown option", ["exec", "--colour"], /^Unknown option '--colour': see --help\.\n$/],
    ["missing options", ["generate", "--seed", "1"], /^--num-samples, --seed and --output are needed: see --help\.\n$/],
    ["an unknown action", ["models", "paint"], /^"paint" is no action of models: see --help\.\n$/],
    ["a missing model", ["models", "check"], /^models check needs a model's id: see --help\.\n$/],
    ["a port that is none", ["serve", "--port", "http"], /^--port is "http": it must be a whole number of .*\.\n$/],
  ])("ends with 2 and one sentence for %s", async (_, argv, sentence) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(sentence);
  });

  it.each([
    ["an unknown model", ["models", "check", "gpt-0"], /gpt-0/],
    ["a model that is not here", ["models", "check", "smollm2-135m"], /^smollm2-135m is not on this machine: run `npx/],
    ["a model that needs no preparation", ["models", "prepare", "nano"], /^nano needs no preparation: .*\.\n$/],
    ["a file that is not there", ["exec", "--file", "gone.py"], /^gone\.py cannot be read: ENOENT.*\n$/],
  ])("ends with 1 and one sentence for %s", async (_, argv, sentence) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(sentence);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("shows where a defect of ours lies, instead of a sentence", async () => {
    vi.resetModules();
    vi.doMock("../../src/cli/exec.ts", () => ({ exec: () => Promise.reject(new TypeError("x is undefined")) }));
    const { code, err } = await run("exec");
    vi.doUnmock("../../src/cli/exec.ts");
    expect(code).toBe(1);
    expect(err).toMatch(/^TypeError: x is undefined\n +at /);
  });

  it("is a program: streams and exit code come out of the process", { timeout: 60_000 }, async () => {
    expect(await agentcoder(["models", "paint"])).toEqual({
      code: 2,
      out: "",
      err: '"paint" is no action of models: see --help.\n',
    });
  });
});
