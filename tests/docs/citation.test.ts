import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const text = readFileSync("CITATION.cff", "utf8");
const field = (name: string) => new RegExp(`^${name}: *"?([^"\\n]*)"?$`, "m").exec(text)?.[1];

it("the citation has what its format requires, and the version and licence of the package", () => {
  const { version, license } = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, string>;
  expect(field("cff-version")).toBe("1.2.0");
  expect(field("type")).toBe("software");
  expect(field("version")).toBe(version);
  expect(field("license")).toBe(license);
  expect(field("date-released")).toMatch(/^\d{4}-\d\d-\d\d$/);
  for (const name of ["message", "title", "abstract"]) expect(field(name)).not.toBe(undefined);
  expect(text).toMatch(/^authors:\n {2}- name: "?The AgentCoder authors"?$/m);
  expect(text).not.toContain("\t");
});
