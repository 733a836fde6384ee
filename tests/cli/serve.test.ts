import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureBuilt } from "../../scripts/build.js";
import { unwrap } from "../../src/cli/browser.ts";
import { serve } from "../../src/cli/serve.ts";
import { UserError } from "../../src/protocol/index.ts";
import { captured } from "./doubles.ts";

vi.mock("../../scripts/build.js", () => ({ ensureBuilt: vi.fn() }));

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "agentcoder-serve-"));
  await writeFile(join(home, "index.html"), "<title>AgentCoder</title>");
  vi.mocked(ensureBuilt).mockResolvedValue(home);
  vi.stubEnv("AGENTCODER_HOME", home);
  // A ready interpreter, so that no environment is made.
  vi.stubEnv("AGENTCODER_PYTHON", process.execPath);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

const addressIn = async (said: { out: string }): Promise<URL> => {
  await vi.waitFor(() => expect(said.out).toMatch(/^AgentCoder ready at http:\/\/127\.0\.0\.1:\d+\/\n$/), 10_000);
  return new URL(said.out.trim().split(" ").at(-1) ?? "");
};

describe("serve", () => {
  it("serves the pages on this machine until a signal asks for the end", async () => {
    const said = captured();
    const serving = serve(["--port", "0"]);
    const url = await addressIn(said);
    expect(await (await fetch(url)).text()).toContain("AgentCoder");
    process.emit("SIGTERM");
    expect(await serving).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("says that a port is in use and what to do", async () => {
    const said = captured();
    const serving = serve(["--port", "0"]);
    const { port } = await addressIn(said);
    await expect(serve(["--port", port])).rejects.toThrow(
      new UserError(`Port ${port} is in use: choose another one with --port.`),
    );
    process.emit("SIGINT");
    expect(await serving).toBe(0);
  });
});

describe("what came out of the page", () => {
  it("is the result, a sentence, or a defect with the page's stack", () => {
    expect(unwrap({ ok: 5 })).toBe(5);
    expect(() => unwrap({ error: "There is no such dataset." })).toThrow(UserError);
    expect(() => unwrap({ error: "x", defect: "TypeError: x\n at page.js" })).toThrow(/^TypeError: x\n at page\.js$/);
    expect(() => unwrap({ error: "x", defect: "TypeError: x" })).not.toThrow(UserError);
  });
});
