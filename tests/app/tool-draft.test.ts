import { describe, expect, it } from "vitest";
import { BLANK, draftOf, EXAMPLES, readDraft, readTrial } from "../../src/app/tools/draft.ts";
import { explainArguments } from "../../src/tools/arguments.ts";

describe("a tool as it is being written", () => {
  it.each(Object.entries(EXAMPLES))("begins with an example that can be saved and tried: %s", (language, draft) => {
    const { tool, problem, parameters } = readDraft(draft, ["something_else"]);
    expect([problem, parameters, tool?.language]).toEqual([null, null, language]);
    const trial = readTrial(draft.trial);
    expect("value" in trial && explainArguments(tool!, trial.value)).toBeNull();
    expect(readDraft(draftOf(tool!), []).tool).toEqual(tool);
  });

  it("begins blank without complaint about its parameters", () => {
    const { tool, problem, parameters } = readDraft(BLANK, []);
    expect([tool, parameters]).toEqual([null, null]);
    expect(problem).toMatch(/^The name is one word/);
  });

  it("is told what is wrong with its parameters while they are typed", () => {
    const read = (parameters: string) => readDraft({ ...EXAMPLES.python, parameters }, []);
    for (const [text, message] of [
      ["{", /^This is not JSON: /],
      ["[]", /^The parameters are a JSON Schema whose type is "object"/],
      ['{"type": "object", "properties": {"a": {"format": "date"}}}', /^a: "format" is not understood here/],
    ] as const) {
      expect(read(text).parameters).toMatch(message);
      expect(read(text)).toMatchObject({ tool: null, problem: expect.any(String) as string });
    }
  });

  it("cannot have a name that is taken", () => {
    expect(readDraft(EXAMPLES.python, ["word_count"]).problem).toBe('Another tool of yours is called "word_count".');
    expect(readDraft({ ...EXAMPLES.python, name: "web_search" }, []).problem).toMatch(/is taken/);
  });

  it("is tried with an object", () => {
    expect(readTrial('{"a": [1]}')).toEqual({ value: { a: [1] } });
    for (const text of ["", "1", "[]", "null"]) expect(readTrial(text)).toHaveProperty("fault");
  });
});
