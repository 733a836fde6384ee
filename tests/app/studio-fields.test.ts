import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KINDS, otherFields, textOfField, valueOfField } from "../../src/app/studio/fields.ts";
import { nextVersion } from "../../src/app/studio/versions.ts";
import { Sample } from "../../src/protocol/index.ts";

describe("a field as it is edited", () => {
  it("is any that a sample may have, and those of one's own", () => {
    expect(KINDS.map(({ field }) => field).sort()).toEqual(Object.keys(Sample.properties).sort());
    expect(otherFields({ id: "a", flagged: true })).toEqual(["flagged"]);
  });

  it("comes back from its text as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as unknown;
        expect(valueOfField("check", "json", textOfField("json", json))).toEqual({ value: json });
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(valueOfField("prompt", "long", textOfField("long", text))).toEqual({ value: text });
      }),
    );
  });

  it("is left out when it is emptied, unless a sample needs it", () => {
    expect(valueOfField("topic", "short", "")).toEqual({ value: undefined });
    expect(valueOfField("files", "json", "")).toEqual({ value: undefined });
    expect(valueOfField("prompt", "long", "")).toEqual({ value: "" });
    expect(valueOfField("files", "json", "{")).toHaveProperty("problem", expect.stringMatching(/^this is not JSON/));
  });
});

describe("the version after one", () => {
  it.each([
    ["0.1.0", "0.1.1"],
    ["1", "2"],
    ["v9-draft", "v10-draft"],
    ["file", "file-2"],
  ])("%s -> %s", (version, next) => expect(nextVersion(version)).toBe(next));
});
