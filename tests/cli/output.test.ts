import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { note, open, print, progress, save } from "../../src/cli/output.ts";
import { UserError } from "../../src/protocol/index.ts";
import { captured } from "./doubles.ts";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "agentcoder-output-"))));
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

describe("what is printed", () => {
  it("goes to standard output if it is the result, else to standard error", () => {
    const said = captured();
    print("result");
    note("remark");
    progress("1 of 2");
    expect(said.out).toBe("result\n");
    expect(said.err).toBe("remark\n");
  });

  it("replaces a line of progress where a terminal shows it", () => {
    const said = captured({ terminal: true });
    progress("1 of 2");
    progress("");
    note("remark");
    expect(said.err).toBe("\r\x1b[K1 of 2\r\x1b[K\r\x1b[Kremark\n");
  });

  it("adds a line of progress to a log every ten seconds", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const said = captured();
    for (let second = 1; second <= 25; second++) {
      vi.advanceTimersByTime(1000);
      progress(`${second} of 25`);
    }
    progress("");
    expect(said.err.split("\n").filter(Boolean).length).toBe(2);
    vi.useRealTimers();
  });
});

describe("files", () => {
  it("are written with their folder, and read back", async () => {
    const path = join(directory, "a", "b", "run.json");
    await save(path, "{}\n");
    expect(await readFile(path, "utf8")).toBe("{}\n");
    expect(await open(path)).toBe("{}\n");
  });

  it("that cannot be written or read are told by their path", async () => {
    const file = join(directory, "file");
    await writeFile(file, "");
    await expect(save(join(file, "run.json"), "")).rejects.toThrow(UserError);
    await expect(save(join(file, "run.json"), "")).rejects.toThrow(`${file}/run.json cannot be written: `);
    await expect(open(join(directory, "none.jsonl"))).rejects.toThrow(UserError);
    await expect(open(join(directory, "none.jsonl"))).rejects.toThrow("none.jsonl cannot be read: ENOENT");
    await expect(open(directory)).rejects.toThrow("cannot be read: EISDIR");
  });
});
