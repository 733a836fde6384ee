import { vi } from "vitest";
import type { Listener } from "../../src/cli/browser.ts";
import type { HeadlessApi } from "../../src/protocol/index.ts";

/** Collects both streams until `vi.restoreAllMocks()`. */
export function captured({ terminal = false } = {}): { out: string; err: string } {
  const said = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((said.err += String(text)), true));
  Object.defineProperty(process.stderr, "isTTY", { value: terminal, configurable: true });
  return said;
}

/** Stands for the headless page: what the command line evaluates in it is evaluated here, against `api`. */
export function pageWith(api: Partial<HeadlessApi>, tells: [kind: string, value: unknown][] = []) {
  return async (work: (page: unknown) => Promise<unknown>, listen: Listener = () => {}) => {
    vi.stubGlobal("window", { agentcoder: api });
    for (const [kind, value] of tells) listen(kind, value);
    return work({ evaluate: (call: (given: unknown) => unknown, given: unknown) => call(given) });
  };
}
