import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { sampleSchema } from "../../src/data/schema.ts";

it("the published schema is the code's (`npx vitest run tests/data/schema.test.ts --update` writes it anew)", async () => {
  await expect(`${JSON.stringify(sampleSchema(), null, 2)}\n`).toMatchFileSnapshot("../../datasets/sample.schema.json");
  expect(JSON.parse(readFileSync("datasets/sample.schema.json", "utf8"))).toHaveProperty("properties.optimal_tool");
});
