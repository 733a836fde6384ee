import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { tmpdir } from "node:os";
import { chromium } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chromiumFlags, findChromium } from "../../src/cli/chromium.ts";
import { UserError } from "../../src/protocol/index.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "agentcoder-chromium-"));
  vi.stubEnv("CHROMIUM", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

async function program(name: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, "#!/bin/sh\n");
  await chmod(path, 0o755);
  return path;
}

/** Hides every program but those of the test's own directory. */
async function onlyHere(): Promise<void> {
  const which = execFileSync("/bin/sh", ["-c", "command -v which"], { encoding: "utf8" }).trim();
  await symlink(which, join(directory, "which"));
  vi.stubEnv("PATH", directory);
}

describe("findChromium", () => {
  it("takes the one that is asked for, before any other", async () => {
    const asked = await program("my-chromium");
    vi.stubEnv("PATH", `${directory}${delimiter}${process.env["PATH"]}`);
    await program("chromium");
    vi.stubEnv("CHROMIUM", asked);
    expect(findChromium()).toBe(asked);
  });

  it("says when the one that is asked for is not there", () => {
    vi.stubEnv("CHROMIUM", join(directory, "gone"));
    expect(findChromium).toThrow(UserError);
    expect(findChromium).toThrow(/CHROMIUM names .*gone, which does not exist: correct it or unset it/);
  });

  it.skipIf(process.platform === "darwin")("finds the system's by name, Chromium before Chrome", async () => {
    await onlyHere();
    const chrome = await program("google-chrome");
    expect(findChromium()).toBe(chrome);
    const own = await program("chromium");
    expect(findChromium()).toBe(own);
  });

  it.skipIf(process.platform === "darwin")(
    "takes Playwright's where the system has none, if there is one",
    async () => {
      await onlyHere();
      const bundled = vi.spyOn(chromium, "executablePath").mockReturnValue(join(directory, "gone"));
      expect(findChromium).toThrow(/No Chromium was found: install one, or run `npx playwright install chromium`/);
      bundled.mockReturnValue(await program("playwrights"));
      expect(findChromium()).toBe(join(directory, "playwrights"));
    },
  );
});

describe("chromiumFlags", () => {
  it("gives up the browser's own sandbox only for root, which has none", () => {
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    expect(chromiumFlags()).not.toContain("--no-sandbox");
    vi.spyOn(process, "getuid").mockReturnValue(0);
    expect(chromiumFlags()).toContain("--no-sandbox");
  });

  it("keep the browser from talking to its maker", () => {
    expect(chromiumFlags()).toEqual(
      expect.arrayContaining(["--disable-background-networking", "--disable-component-update", "--disable-sync"]),
    );
  });
});
