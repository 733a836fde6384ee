import type { ExecResult } from "../../../src/protocol/index.ts";
import { attacks } from "./attacks.ts";
import { expect, runIn, test } from "./fixtures.ts";

// Each attack is contained, and an ordinary program right after it is well: nothing of the attack is left.
const ORDINARY = [
  "import builtins, math, os, sys",
  "assert math.pi > 3.14 and len([1]) == 1 and os.listdir('.') == [] and 'left' not in vars(builtins)",
  "sum(range(10))",
].join("\n");
// Each portion opens a page: few, so that the time goes into attacks.
const PORTION = 33;
const COUNT = attacks("http://127.0.0.1:1/").length;

function endOf({ killed, error }: ExecResult): string {
  return killed ?? (error ? "error" : "done");
}

test.describe.configure({ timeout: 600_000 });

test("the suite is a suite", () => {
  expect(COUNT).toBeGreaterThanOrEqual(80);
});

for (let from = 0; from < COUNT; from += PORTION) {
  test(`attacks ${from + 1} to ${Math.min(from + PORTION, COUNT)} are contained`, async ({ host, sandbox }) => {
    const asked = () => host.requests.filter((path) => path !== "/favicon.ico");
    const before = asked();
    for (const { name, code, ends, ...limits } of attacks(`${host.url}stolen`).slice(from, from + PORTION)) {
      // With the same memory: an interpreter that is ready for another limit would be thrown away.
      const { memory } = limits;
      const ordinary = { code: ORDINARY, ...(memory !== undefined && { memory }) };
      const [attack, after] = await runIn(sandbox, [{ timeout: 30, ...limits, code }, ordinary]);
      expect.soft(ends, `${name}: ${JSON.stringify(attack).slice(0, 400)}`).toContain(endOf(attack!));
      expect.soft(attack!.output, name).not.toContain("ESCAPED");
      expect.soft(after, `after: ${name}`).toMatchObject({ success: true, value: "45", stdout: "", stderr: "" });
    }
    expect(asked()).toEqual(before);
  });
}
