import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRoute, runHref } from "../../src/app/routes.ts";

describe("the page's address", () => {
  it("names each page", () => {
    expect(parseRoute("")).toEqual({ page: "evaluate" });
    expect(parseRoute("#/")).toEqual({ page: "evaluate" });
    expect(parseRoute("#/history")).toEqual({ page: "history" });
    expect(parseRoute("#/playground/")).toEqual({ page: "playground" });
    expect(parseRoute("#/storage")).toEqual({ page: "storage" });
    expect(parseRoute("#/models")).toEqual({ page: "models" });
    expect(parseRoute("#/storage/x")).toEqual({ page: "unknown", path: "storage/x" });
    expect(parseRoute("#/s/abc_-1")).toEqual({ page: "share", payload: "abc_-1" });
    expect(parseRoute("#/nowhere")).toEqual({ page: "unknown", path: "nowhere" });
    expect(parseRoute("#/run")).toEqual({ page: "unknown", path: "run" });
  });

  it("finds back to any run and sample, whatever they are called", () => {
    const name = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(name, fc.option(name), (id, sample) => {
        expect(parseRoute(runHref(id, sample ?? undefined))).toEqual({ page: "run", id, sample });
      }),
    );
  });

  it("never throws on what somebody typed", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseRoute(`#/${text}`).page === "string"));
    expect(parseRoute("#/run/%E0%A4%A")).toEqual({ page: "run", id: "%E0%A4%A", sample: null });
  });
});
