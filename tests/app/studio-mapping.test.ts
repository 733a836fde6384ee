import { describe, expect, it } from "vitest";
import { choiceOf, choose, constantOf, constantText, MAPPED_FIELDS } from "../../src/app/studio/mapping.ts";
import { PRESETS } from "../../src/data/formats/index.ts";

const row = (field: string) => MAPPED_FIELDS.find((one) => one.field === field)!;
const plain = { before: undefined, form: undefined, format: "jsonl" };

describe("where a field comes from", () => {
  it("is a column read as it is, as JSON where it nests, and empty cells of a table leave a field out", () => {
    expect(choose(row("prompt"), "column:Frage", plain)).toEqual({ column: "Frage" });
    expect(choose(row("gold_answer"), "column:a", { ...plain, format: "csv" })).toEqual({
      column: "a",
      transform: "filled",
    });
    expect(choose(row("tools"), "column:constant", plain)).toEqual({ column: "constant", transform: "json" });
  });

  it("keeps the way in which a column is read when another column is chosen", () => {
    const { gold_answer: form } = PRESETS.gsm8k.mapping;
    const moved = choose(row("gold_answer"), "column:solution", { ...plain, before: form, form });
    expect(moved).toEqual({ column: "solution", transform: "gsm8k.answer" });
    expect(choose(row("gold_answer"), "column:answer", { ...plain, before: { constant: "" }, form })).toEqual(form);
  });

  it("can be what the form does by its own rule, again", () => {
    const { prompt: form } = PRESETS.chat.mapping;
    expect(choiceOf(form)).toBe("form");
    expect(choose(row("prompt"), "form", { ...plain, before: { column: "x" }, form })).toBe(form);
  });

  it("is every choice that the select says, and is read back as that", () => {
    for (const one of MAPPED_FIELDS) {
      for (const choice of ["none", "row_id", "constant", "column:a", "column:"] as const) {
        expect(choiceOf(choose(one, choice, plain))).toBe(choice);
      }
    }
  });
});

describe("a constant", () => {
  it("comes back from its text", () => {
    for (const { mapping } of Object.values(PRESETS)) {
      for (const [field, from] of Object.entries(mapping)) {
        if (!("constant" in from) || from.constant === "") continue;
        expect(constantOf(row(field), constantText(row(field), from)), field).toEqual({ constant: from.constant });
      }
    }
  });

  it("that is no JSON is told", () => {
    expect(constantOf(row("check"), "{kind}")).toEqual({
      problem: expect.stringContaining("this is not JSON") as string,
    });
  });
});
