import fc from "fast-check";
import { unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/protocol/index.ts";
import { packBundle, readBundle, type Bundle, type BundleFile } from "../../src/share/index.ts";

const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes));
const file = (path: fc.Arbitrary<string>, kind: BundleFile["kind"]): fc.Arbitrary<BundleFile> =>
  fc.record({ path, kind: fc.constant(kind), bytes: content });
const anyBundle: fc.Arbitrary<Bundle> = fc.record({
  created: fc.constant("2026-11-26T00:00:00.000Z"),
  files: fc.uniqueArray(
    fc.oneof(
      file(fc.constant("config.json"), "config"),
      file(fc.constantFrom("dataset.jsonl", "dataset.md"), "dataset"),
      file(fc.constant("run.json"), "run"),
      file(fc.stringMatching(/^adapter\/[a-z0-9_-][a-z0-9._-]{0,20}$/), "adapter"),
    ),
    { selector: ({ path }) => path, maxLength: 6 },
  ),
});

const bytes = (text: string) => new TextEncoder().encode(text);
const BUNDLE: Bundle = {
  created: "2026-11-26T00:00:00.000Z",
  files: [
    { path: "config.json", kind: "config", bytes: bytes('{"model":"nano"}') },
    { path: "adapter/weights.bin", kind: "adapter", bytes: bytes("weights ".repeat(40)) },
  ],
};

/** The bundle with its zip made anew from changed files. */
async function forged(change: (files: Record<string, Uint8Array>) => void): Promise<Uint8Array<ArrayBuffer>> {
  const files = unzipSync(await packBundle(BUNDLE)) as Record<string, Uint8Array>;
  change(files);
  return new Uint8Array(zipSync(files));
}

/** The bundle with another manifest. */
const withManifest = (change: (manifest: { files: Record<string, unknown>[] } & Record<string, unknown>) => void) =>
  forged((files) => {
    const manifest = JSON.parse(new TextDecoder().decode(files["manifest.json"]));
    change(manifest);
    files["manifest.json"] = bytes(JSON.stringify(manifest));
  });

describe("a bundle", () => {
  it("is read as it was packed", () =>
    fc.assert(
      fc.asyncProperty(anyBundle, async (bundle) => {
        expect(await readBundle(await packBundle(bundle))).toEqual(bundle);
      }),
      { numRuns: 50 },
    ));

  it("has the same bytes each time", async () => {
    expect(await packBundle(BUNDLE)).toEqual(await packBundle(BUNDLE));
  });

  it("names the file of which any byte was changed", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(1), fc.nat(10_000), fc.integer({ min: 1, max: 255 }), async (which, at, flip) => {
        const { path } = BUNDLE.files[which]!;
        const packed = await forged((files) => {
          const changed = new Uint8Array(files[path]!);
          changed[at % changed.length]! ^= flip;
          files[path] = changed;
        });
        await expect(readBundle(packed)).rejects.toThrow(`${path} in this bundle is not as it was packed`);
      }),
      { numRuns: 40 },
    ));

  it("with any byte of the zip changed is refused in a sentence, or is still the same", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(100_000), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const packed = new Uint8Array(await packBundle(BUNDLE));
        packed[at % packed.length]! ^= flip;
        const outcome = await readBundle(packed).catch((error: unknown) => error);
        if (!(outcome instanceof UserError)) expect(outcome).toEqual(BUNDLE);
      }),
      { numRuns: 300 },
    ));
});

describe("what is no bundle", () => {
  it.each([
    "../config.json",
    "/etc/passwd",
    "adapter/../run.json",
    "adapter/a/b",
    "adapter/..",
    "C:\\a",
    "other.txt",
    "",
  ])("has a file at %j, and is neither packed nor read", async (path) => {
    const kind = "adapter" as const;
    await expect(packBundle({ ...BUNDLE, files: [{ path, kind, bytes: bytes("x") }] })).rejects.toThrow(
      /no adapter at/,
    );
    const packed = await withManifest(({ files }) => (files[1]!["path"] = path));
    await expect(readBundle(packed)).rejects.toThrow(UserError);
  });

  it("has two files of one name", async () => {
    const twice = [BUNDLE.files[0]!, BUNDLE.files[0]!];
    await expect(packBundle({ ...BUNDLE, files: twice })).rejects.toThrow("two files called config.json");
    // The name in both of the zip's places is changed to another file's, of the same length.
    const files = ["adapter/one", "adapter/two"].map((path) => ({ path, kind: "adapter" as const, bytes: bytes("x") }));
    const packed = await packBundle({ ...BUNDLE, files });
    const text = new TextDecoder("latin1").decode(packed).replaceAll(/(PK[^]{1,60}?)adapter\/two/g, "$1adapter/one");
    const changed = Uint8Array.from(text, (char) => char.charCodeAt(0));
    await expect(readBundle(changed)).rejects.toThrow(/two files called adapter\/one/);
  });

  it("has a file too many or too few", async () => {
    await expect(readBundle(await forged((files) => (files["more.txt"] = bytes("x"))))).rejects.toThrow(
      "a file that its manifest does not name: more.txt",
    );
    await expect(readBundle(await forged((files) => delete files["config.json"]))).rejects.toThrow("lacks config.json");
    await expect(readBundle(await forged((files) => delete files["manifest.json"]))).rejects.toThrow(
      "it has no manifest.json",
    );
  });

  it("unpacks to more than it may, whether it says so or not", async () => {
    const packed = new Uint8Array(await packBundle(BUNDLE));
    const view = new DataView(packed.buffer);
    const directory = view.getUint32(packed.length - 6, true);
    view.setUint32(directory + 24, 0x7fffffff, true);
    await expect(readBundle(packed)).rejects.toThrow(/unpacks to more than 512 MiB/);
    const bomb = await forged((files) => (files["config.json"] = new Uint8Array(8 * 2 ** 20)));
    await expect(readBundle(bomb)).rejects.toThrow("config.json in this bundle is not as it was packed");
    const long = await forged((files) => (files["manifest.json"] = new Uint8Array(2 ** 20 + 1)));
    await expect(readBundle(long)).rejects.toThrow(/unpacks to more/);
  });

  it("has another format", async () => {
    const read = async (change: Parameters<typeof withManifest>[0]) => readBundle(await withManifest(change));
    await expect(read((manifest) => (manifest["format"] = "other"))).rejects.toThrow(/another format/);
    await expect(read((manifest) => (manifest["version"] = 2))).rejects.toThrow(/has format 2.*update AgentCoder/);
    await expect(read(({ files }) => (files[0]!["sha256"] = "x"))).rejects.toThrow(/files\.0\.sha256/);
    await expect(readBundle(bytes("no zip"))).rejects.toThrow(/not a zip/);
    await expect(readBundle((await packBundle(BUNDLE)).slice(0, 200))).rejects.toThrow(/not a zip, or it was cut off/);
  });
});
