import { describe, expect, it } from "vitest";
import { ago, bytes, duration, interval, parameters, percent, plural, short } from "../../src/app/format.ts";

describe("numbers as the pages show them", () => {
  it("shows shares, and a dash for what was not measured", () => {
    expect(percent(0.875)).toBe("87.5%");
    expect(percent(1)).toBe("100%");
    expect(percent(0)).toBe("0%");
    expect(percent(null)).toBe("–");
    expect(percent(Number.NaN)).toBe("–");
    expect(percent(0.126, 0)).toBe("13%");
  });

  it("shows durations without ever showing 60 seconds or 1000 ms", () => {
    expect(duration(0.2)).toBe("< 1 ms");
    expect(duration(840)).toBe("840 ms");
    expect(duration(999.7)).toBe("1 s");
    expect(duration(2340)).toBe("2.3 s");
    expect(duration(59_970)).toBe("1 min 0 s");
    expect(duration(200_000)).toBe("3 min 20 s");
    expect(duration(2 * 3600_000 + 5 * 60_000)).toBe("2 h 5 min");
    expect(duration(null)).toBe("–");
  });

  it("shows intervals only where there is one", () => {
    expect(interval({ value: 0.5, ci95: [0.416, 0.584], n: 96 })).toBe("42–58%");
    expect(interval({ value: null, ci95: null, n: 0 })).toBe("");
    expect(interval(undefined)).toBe("");
  });

  it("shows sizes and counts", () => {
    expect(bytes(512)).toBe("512 B");
    expect(bytes(145 * 2 ** 20)).toBe("145 MiB");
    expect(bytes(1.5 * 2 ** 30)).toBe("1.5 GiB");
    expect(parameters(5_000_000)).toBe("5.0M");
    expect(parameters(134_515_008)).toBe("135M");
    expect(plural(1, "sample")).toBe("1 sample");
    expect(plural(1200, "sample")).toBe("1,200 samples");
    expect(short("abcdef", 3)).toBe("abc…");
  });

  it("says how long ago something was", () => {
    const now = Date.parse("2026-01-02T12:00:00Z");
    expect(ago("2026-01-02T11:59:40Z", now)).toBe("just now");
    expect(ago("2026-01-02T11:15:00Z", now)).toBe("45 min ago");
    expect(ago("2026-01-02T07:00:00Z", now)).toBe("5 h ago");
    expect(ago("not a time", now)).toBe("–");
  });
});
