import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/protocol/index.ts";
import { forTranscript, Workspace, WORKSPACE_LIMITS } from "../../src/tools/index.ts";
import { anyPath, anyText, goodPath } from "./files.ts";

const LIMITS = { files: 4, fileBytes: 12, bytes: 30 };
const bytesOf = (text: string) => Buffer.byteLength(text);

type Step = (workspace: Workspace) => unknown;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(anyPath, anyText).map(
    ([path, text]): Step =>
      (w) =>
        w.write(path, text),
  ),
  fc.tuple(anyPath, anyText).map(
    ([path, text]): Step =>
      (w) =>
        w.append(path, text),
  ),
  fc.tuple(anyPath, anyPath).map(
    ([path, to]): Step =>
      (w) =>
        w.move(path, to),
  ),
  anyPath.map(
    (path): Step =>
      (w) =>
        w.delete(path),
  ),
  anyPath.map(
    (path): Step =>
      (w) =>
        w.read(path),
  ),
  anyPath.map(
    (path): Step =>
      (w) =>
        w.list(path),
  ),
);

/** Does a step; what it throws must be a sentence for whoever asked. */
function attempt(workspace: Workspace, take: Step): UserError | null {
  try {
    take(workspace);
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error;
  }
}

/** A workspace after some steps, with small limits. */
function after(steps: readonly Step[]): Workspace {
  const workspace = new Workspace({}, LIMITS);
  for (const take of steps) attempt(workspace, take);
  return workspace;
}

describe("whatever is asked, in any order", () => {
  it("no path breaks the rules, and no limit is passed", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const files = after(steps).files();
        const paths = Object.keys(files);
        for (const path of paths) {
          expect(path).not.toMatch(/^\/|\\|\p{Cc}|\p{Cs}/u);
          expect(bytesOf(path)).toBeLessThanOrEqual(200);
          const parts = path.split("/");
          expect(parts.length).toBeLessThanOrEqual(8);
          for (const part of parts) expect(["", ".", ".."]).not.toContain(part);
          // A file is never a folder as well: all of them can lie on a disk together.
          expect(paths.filter((other) => other.startsWith(`${path}/`))).toEqual([]);
        }
        const sizes = Object.values(files).map(bytesOf);
        expect(sizes.length).toBeLessThanOrEqual(LIMITS.files);
        for (const size of sizes) expect(size).toBeLessThanOrEqual(LIMITS.fileBytes);
        expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(LIMITS.bytes);
      }),
      { numRuns: 300 },
    );
  });

  it("a step that fails changes nothing and says so in one line", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), step, (steps, last) => {
        const workspace = after(steps);
        const before = workspace.files();
        const error = attempt(workspace, last);
        if (!error) return;
        expect(workspace.files()).toEqual(before);
        expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      }),
      { numRuns: 300 },
    );
  });

  it("the changes, made to what was before, give what is after", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), fc.array(step, { maxLength: 10 }), (first, then) => {
        const workspace = after(first);
        const snapshot = workspace.snapshot();
        const patched = new Map(Object.entries(workspace.files()));
        for (const take of then) attempt(workspace, take);
        const changes = workspace.changesSince(snapshot);
        for (const { path, before, after } of changes) {
          expect(patched.get(path) ?? null).toBe(before);
          expect(after).not.toBe(before);
          if (after === null) patched.delete(path);
          else patched.set(path, after);
        }
        expect(Object.fromEntries(patched)).toEqual(workspace.files());
        expect(changes.map(({ path }) => path)).toEqual(changes.map(({ path }) => path).sort());

        workspace.restore(snapshot);
        expect(workspace.changesSince(snapshot)).toEqual([]);
        expect(workspace.files()).toEqual(Object.fromEntries(snapshot));
      }),
      { numRuns: 300 },
    );
  });

  it("a snapshot stays as it was, also when it was gone back to", () => {
    const workspace = new Workspace({ a: "1" });
    const snapshot = workspace.snapshot();
    workspace.write("a", "2");
    workspace.restore(snapshot);
    workspace.write("b", "3");
    expect([...snapshot]).toEqual([["a", "1"]]);
  });

  it("moving there and back, and writing and deleting, leave no trace", () => {
    fc.assert(
      fc.property(goodPath, goodPath, anyText, (path, to, text) => {
        const workspace = new Workspace();
        if (attempt(workspace, (w) => w.write(path, text))) return;
        const snapshot = workspace.snapshot();
        if (!attempt(workspace, (w) => w.move(path, to))) {
          expect(workspace.files()).toEqual({ [to]: text });
          workspace.move(to, path);
        }
        expect(workspace.changesSince(snapshot)).toEqual([]);
        workspace.delete(path);
        expect(workspace.files()).toEqual({});
      }),
    );
  });
});

describe("the rules", () => {
  it.each([
    ["", /is empty/],
    ["/etc/passwd", /is absolute/],
    ["../secret", /part \.\.: give one that stays/],
    ["a/../b", /part \.\.:/],
    ["./a", /part \.: leave it out/],
    ["a//b", /empty part/],
    ["a/", /empty part/],
    ["a\\b", /backslash/],
    ["a\0b", /cannot be seen/],
    ["a\nb", /cannot be seen/],
    ["a\u2028b", /cannot be seen/],
    ["gpj\u202Eexe", /cannot be seen/],
    ["\ud800", /cannot be seen/],
    ["é".repeat(101), /longer than 200 bytes/],
    ["1/2/3/4/5/6/7/8/9", /deeper than 8/],
  ])("the path %j is refused", (path, sentence) => {
    const workspace = new Workspace({ kept: "" });
    for (const take of [
      (w: Workspace) => w.write(path, ""),
      (w: Workspace) => w.read(path),
      (w: Workspace) => w.list(path),
      (w: Workspace) => w.move("kept", path),
    ]) {
      const error = attempt(workspace, take);
      expect(error?.name).toBe("PathError");
      expect(error?.message).toMatch(sentence);
    }
  });

  it("takes paths at the edge, and names that objects have of their own", () => {
    const paths = ["1/2/3/4/5/6/7/8", "é".repeat(100), "...", ".env", "a b/ünï.txt", "__proto__", "constructor"];
    const workspace = new Workspace();
    for (const path of paths) workspace.write(path, path);
    expect(Object.entries(workspace.files())).toEqual([...paths].sort().map((path) => [path, path]));
  });

  it("a file is no folder, and a folder no file", () => {
    const workspace = new Workspace({ "a/b": "1" });
    expect(() => workspace.write("a", "")).toThrow('"a" is a folder');
    expect(() => workspace.write("a/b/c", "")).toThrow('"a/b" is a file');
    expect(() => workspace.read("a")).toThrow('"a" is a folder');
    expect(() => workspace.delete("a")).toThrow('"a" is a folder');
    workspace.move("a/b", "a");
    workspace.move("a", "a/c");
    expect(workspace.files()).toEqual({ "a/c": "1" });
  });

  it("each limit is named with what is used of it", () => {
    const workspace = new Workspace({ a: "1".repeat(12), b: "1".repeat(12) }, LIMITS);
    expect(() => workspace.write("c", "é".repeat(7))).toThrow('at most 12 bytes; "c" would have 14');
    expect(() => workspace.append("a", "1")).toThrow('at most 12 bytes; "a" would have 13');
    expect(() => workspace.write("c", "1".repeat(7))).toThrow("at most 30 bytes, and would have 31");
    workspace.write("c", "");
    workspace.write("d", "");
    expect(() => workspace.write("e", "")).toThrow("at most 4 files, and has 4");
    workspace.write("d", "123456");
    expect(() => new Workspace({ "../a": "" })).toThrow(UserError);
    expect(() => workspace.write("a", "\ud800")).toThrow('the text for "a" is not Unicode');
  });
});

describe("changes as a transcript keeps them", () => {
  const change = fc.record({ path: goodPath, before: fc.option(longText()), after: fc.option(longText()) });
  function longText() {
    return fc.tuple(fc.string({ unit: "binary", maxLength: 20 }), fc.nat(400)).map(([text, n]) => text.repeat(n));
  }

  it("names every file, keeps short texts whole, and marks what it cut", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const kept = forTranscript(changes);
        expect(kept.map(({ path }) => path)).toEqual(changes.map(({ path }) => path));
        const characters = kept.map(({ before, after }) => (before ?? "").length + (after ?? "").length);
        expect(characters.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(16_000);
        kept.forEach(({ cut, ...rest }, i) => {
          if (!cut) expect(rest).toEqual(changes[i]);
          expect([rest.before === null, rest.after === null]).toEqual([
            changes[i]!.before === null,
            changes[i]!.after === null,
          ]);
        });
      }),
    );
  });

  it("begins a text that is too long where it differs", () => {
    const long = "line\n".repeat(1000);
    expect(forTranscript([{ path: "log", before: long, after: `${long}more\n` }])).toEqual([
      { path: "log", before: "", after: "more\n", cut: true },
    ]);
    expect(forTranscript([{ path: "a", before: `\n${long}`, after: `x\n${long}` }])[0]).toMatchObject({
      before: `\n${long}`.slice(0, 2000),
      after: `x\n${long}`.slice(0, 2000),
    });
  });

  it("a whole workspace that is rewritten stays small", () => {
    const { files, bytes } = WORKSPACE_LIMITS;
    const text = "x".repeat(Math.floor(bytes / files));
    const changes = Array.from({ length: files }, (_, i) => ({ path: `f${i}`, before: null, after: text }));
    expect(JSON.stringify(forTranscript(changes)).length).toBeLessThan(30_000);
  });
});
