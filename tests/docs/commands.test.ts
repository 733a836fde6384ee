import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commandsInDocs, programOf, wayOf } from "./commands.ts";

const commands = commandsInDocs();

describe("the commands of the docs", () => {
  it("are there: how to start, how to test, a first result", () => {
    const texts = commands.map((command) => command.text);
    expect(texts).toEqual(expect.arrayContaining(["npm start", "npm test"]));
    expect(texts.filter((text) => text.startsWith("npx agentcoder baseline")).length).toBeGreaterThan(0);
  });

  it.each(commands)("are each checked somewhere: $text ($document, line $line)", ({ text }) => {
    expect(wayOf(text)).not.toBeNull();
  });

  it.each(commands.filter(({ text }) => text.startsWith("npx agentcoder ")))(
    "name options that the command has: $text ($document, line $line)",
    ({ text }) => {
      const help = readFileSync(programOf(text)!, "utf8");
      for (const [, option = ""] of text.matchAll(/\s--([a-z-]+)/g)) expect(help).toContain(`--${option}`);
    },
  );

  it("may not be unknown, misspelt or of another program", () => {
    for (const text of [
      "npx agentcoder paint",
      "npx agentcoder data paint",
      "npm run nothing",
      "rm -rf /",
      "cd trainer-server && python -m trainer.no",
    ]) {
      expect(wayOf(text)).toBeNull();
    }
    expect(wayOf("npx agentcoder serve --port 0")).toBe("elsewhere");
    expect(wayOf("npx agentcoder models list")).toBe("run");
    expect(wayOf("npx agentcoder data stats tool_use_v0")).toBe("run");
  });
});
