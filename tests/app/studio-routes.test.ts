import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataHref, parseRoute } from "../../src/app/routes.ts";

const HASH = "0123456789abcdef".repeat(4);

describe("the address of a dataset", () => {
  it("names the list, a dataset, and a row of it", () => {
    expect(parseRoute("#/data")).toEqual({ page: "data", sha256: null, row: null, query: "" });
    expect(parseRoute("#/data/")).toEqual({ page: "data", sha256: null, row: null, query: "" });
    expect(parseRoute(dataHref(HASH))).toEqual({ page: "data", sha256: HASH, row: null, query: "" });
    expect(parseRoute(dataHref(HASH, 17))).toEqual({ page: "data", sha256: HASH, row: 17, query: "" });
  });

  it("leads nowhere when it is damaged", () => {
    for (const path of ["data/abc", `data/${HASH}/0`, `data/${HASH}/x`, `data/${HASH}/1/2`, "dataset"])
      expect(parseRoute(`#/${path}`)).toEqual({ page: "unknown", path });
  });

  it("carries any filter", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const query = new URLSearchParams({ q: text }).toString();
        const route = parseRoute(dataHref(HASH, null, query));
        expect(route).toMatchObject({ page: "data", sha256: HASH });
        expect(new URLSearchParams("query" in route ? route.query : "").get("q")).toBe(text.toWellFormed());
      }),
    );
  });
});
