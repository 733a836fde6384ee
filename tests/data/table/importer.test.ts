import "fake-indexeddb/auto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Importer } from "../../../src/data/table/importer.ts";
import type { HubOrigin, ImportProgress } from "../../../src/data/table/index.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { startViewer, type Viewer } from "../formats/viewer.ts";

const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const file = (name: string, text: string) => new File([text], name);
const quiet = () => {};
let made = 0;
let store: Store;
let importer: Importer;

beforeEach(() => {
  store = openStore(`importer-${made++}`);
  importer = new Importer(store);
});

/** The mapping of a form that was looked at. */
async function mappingOf(origin: File | HubOrigin, id?: string) {
  const { forms, guess } = await importer.look(origin, quiet);
  return forms.find((form) => form.id === (id ?? guess))!.mapping;
}

describe("a file", () => {
  const odd = file("quiz.csv", "Frage,Loesung,note\nWas ist 2+2?,4,mine\n,5,x\nWas ist 3+3?,6,y\n");

  it("is shown as the samples that a mapping makes, with the row and the reason where it makes none", async () => {
    const { columns, format, guess } = await importer.look(odd, quiet);
    expect({ columns, format, guess }).toEqual({
      columns: ["Frage", "Loesung", "note"],
      format: "csv",
      guess: "columns",
    });
    const mapping = { ...(await mappingOf(odd)), prompt: { column: "Frage" }, gold_answer: { column: "Loesung" } };
    expect(await importer.map(mapping)).toEqual({
      rows: [
        { row: 2, prompt: "Was ist 2+2?", label: "none", answer: "4", category: "ambiguous", difficulty: "medium" },
        { row: 3, problems: ["prompt: empty."] },
        { row: 4, prompt: "Was ist 3+3?", label: "none", answer: "6", category: "ambiguous", difficulty: "medium" },
      ],
      kept: ["note"],
    });
    await expect(importer.map({})).rejects.toThrow("The mapping has no prompt: say which column holds the question.");
  });

  it("can be mapped by the names of its columns although it has a known form", async () => {
    const rows = lines({ question: "How many?", answer: "Two.\n#### 2", level: "hard" });
    const { guess, forms } = await importer.look(file("g.jsonl", rows), quiet);
    expect(guess).toBe("gsm8k");
    expect(forms.map(({ id }) => id)).toEqual(["columns", "gsm8k", "humaneval", "bfcl", "chat", "trl"]);
    expect(forms[0]!.mapping).toMatchObject({ prompt: { column: "question" }, difficulty: { column: "level" } });
  });

  it("shows five rows, whether they can be read or not, and long texts cut", async () => {
    const text = `{"prompt": "a"}\nnonsense\n${lines(...Array.from({ length: 9 }, () => ({ prompt: "b".repeat(5000) })))}`;
    const { rows } = await importer.map(await importerMapping(text));
    expect(rows.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5]);
    expect(rows[1]).toMatchObject({ problems: [expect.stringMatching(/^this is not JSON/)] });
    expect(rows[2]).toMatchObject({ prompt: `${"b".repeat(1000)}…` });
  });

  it("that cannot be read leaves what was looked at before", async () => {
    const mapping = await importerMapping(lines({ prompt: "a" }));
    await expect(importer.look(file("x.bin", "what is this"), quiet)).rejects.toThrow(/looks like none of/);
    expect((await importer.map(mapping)).rows).toHaveLength(1);
  });

  it("is imported with how much of it was read; given up, it leaves nothing", async () => {
    const many = file("many.jsonl", lines(...Array.from({ length: 4000 }, (_, i) => ({ prompt: `question ${i}` }))));
    const options = { answers: null, mapping: await mappingOf(many), partial: false };
    const told: ImportProgress[] = [];
    const { samples, bad, sha256 } = await importer.run(many, options, (one) => told.push(one));
    expect({ samples, bad }).toEqual({ samples: 4000, bad: 0 });
    expect(told.at(-1)).toEqual({ rows: 4000, share: 1, waiting: 0 });
    const shares = told.map(({ share }) => share!);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(await store.listDatasets()).toMatchObject([{ sha256, name: "many", source: "many.jsonl", n: 4000 }]);
    await store.deleteDataset(sha256!);
    await expect(importer.run(many, options, () => importer.cancel())).rejects.toThrow(/abort/i);
    expect(await store.listDatasets()).toEqual([]);
    expect(await importer.run(many, options, quiet)).toMatchObject({ sha256 });
  });

  function importerMapping(text: string) {
    return mappingOf(file("x.jsonl", text));
  }
});

describe("answers", () => {
  const ask = (id: string) => ({
    id,
    question: [[{ role: "user", content: `Ring the bell ${id}` }]],
    function: [{ name: "ring", description: "Rings.", parameters: { type: "dict", properties: {} } }],
  });
  const questions = file("simple.json", lines(ask("s_1"), ask("s_2")));
  const answer = (id: string) => ({ id, ground_truth: [{ ring: {} }] });

  it("are joined by id, in what is shown and in what is imported", async () => {
    const mapping = await mappingOf(questions);
    expect((await importer.map(mapping)).rows[0]).toMatchObject({
      problems: [expect.stringContaining("give BFCL's file of possible answers, too")],
    });
    const answers = file("answers.json", lines(answer("s_2"), answer("s_1")));
    expect(await importer.join(answers)).toEqual(["ground_truth"]);
    expect((await importer.map(mapping)).rows).toMatchObject([
      { row: 1, prompt: "Ring the bell s_1", label: "ring", answer: "ring({})" },
      { row: 2 },
    ]);
    const { samples, bad } = await importer.run(questions, { answers, mapping, partial: false }, quiet);
    expect({ samples, bad }).toEqual({ samples: 2, bad: 0 });
    expect(await store.listDatasets()).toMatchObject([{ source: "simple.json, answers from answers.json" }]);
    expect(await importer.join(null)).toEqual([]);
    expect((await importer.map(mapping)).rows[0]).toHaveProperty("problems");
  });

  it("without an id are named", async () => {
    await importer.look(questions, quiet);
    await expect(importer.join(file("a.json", lines({ ground_truth: [] })))).rejects.toThrow(
      "a.json, row 1: there is no id.",
    );
  });
});

describe("a dataset of the hub", () => {
  let viewer: Viewer;
  const hub = (change: Partial<HubOrigin> = {}): HubOrigin => ({
    id: "a/b",
    config: "",
    split: "",
    from: 0,
    limit: 150,
    base: viewer.base,
    ...change,
  });

  beforeAll(async () => {
    viewer = await startViewer(250, (i) => ({ row: { question: `What is ${i} + 1?`, answer: `${i + 1}` } }));
  });
  afterAll(() => viewer.stop());
  beforeEach(() => {
    [viewer.asked, viewer.silentFrom] = [[], Infinity];
  });

  it("is looked at with few rows; what the hub chose is said, and its split kept", async () => {
    const { origin, columns, forms } = await importer.look(hub({ id: "https://huggingface.co/datasets/a/b" }), quiet);
    expect(origin).toEqual(hub({ config: "main", split: "train" }));
    expect(columns).toEqual(["question", "answer"]);
    expect(viewer.asked.at(-1)).toContain("length=20");
    for (const { mapping } of forms) expect(mapping.split).toEqual({ constant: "train" });
    expect((await importer.map(forms[0]!.mapping)).rows[0]).toMatchObject({ prompt: "What is 0 + 1?", answer: "1" });
  });

  it("is imported up to the rows asked for, and says where it came from", async () => {
    const { origin, forms } = await importer.look(hub({ split: "test", from: 20 }), quiet);
    const told: ImportProgress[] = [];
    const options = { answers: null, mapping: forms[0]!.mapping, partial: false };
    const { samples, sha256 } = await importer.run(origin, options, (one) => told.push(one));
    expect(samples).toBe(150);
    expect(told.map(({ rows, share }) => [rows, share])).toEqual([
      [100, 100 / 150],
      [150, 1],
    ]);
    const host = new URL(viewer.base).host;
    expect(await store.listDatasets()).toMatchObject([
      { name: "b", source: `${host}: a/b, config main, split test, at most 150 rows from row 20 on` },
    ]);
    const [first] = await store.readSamples(sha256!, 0, 1);
    expect(first).toMatchObject({ prompt: "What is 20 + 1?", split: "test" });
  });

  it("can be given up while the server is silent or busy; the busy one is told", async () => {
    const { origin, forms } = await importer.look(hub(), quiet);
    const options = { answers: null, mapping: forms[0]!.mapping, partial: false };
    viewer.silentFrom = 100;
    await expect(importer.run(origin, options, () => importer.cancel())).rejects.toThrow(/abort/i);
    viewer.answers = [{ status: 429, after: "30" }];
    const told: ImportProgress[] = [];
    const cancelled = importer.run(origin, options, (one) => (told.push(one), importer.cancel()));
    await expect(cancelled).rejects.toThrow(/abort/i);
    expect(told).toEqual([{ rows: 0, share: 0, waiting: 30 }]);
    expect(await store.listDatasets()).toEqual([]);
  });

  it("keeps what came when the server fails on the way, and says where to go on", async () => {
    const { origin, forms } = await importer.look(hub({ limit: 250 }), quiet);
    const options = { answers: null, mapping: forms[0]!.mapping, partial: false };
    const fail = ({ rows }: ImportProgress) => {
      if (rows === 200) viewer.answers = [{ status: 403 }];
    };
    const { samples, sha256, stopped } = await importer.run(origin, options, fail);
    expect(samples).toBe(200);
    expect(stopped).toMatch(/the server answered 403.*200 rows came, go on from row 200/);
    expect(await store.readSamples(sha256!, 199, 1)).toMatchObject([{ prompt: "What is 199 + 1?" }]);
  });

  it("is refused in a sentence where what was asked for is none", async () => {
    const wrong = [
      [hub({ id: "gsm8k" }), /^"gsm8k" is no dataset of the hub: write owner\/name/],
      [hub({ limit: 0 }), "Rows: ask for one at least."],
      [hub({ from: -1 }), "From row: the first row is 0."],
      [hub({ base: "example" }), /^"example" is no address/],
      [hub({ split: "dev" }), "a/b has no dev: it has main/train, main/test."],
    ] as const;
    for (const [origin, sentence] of wrong) await expect(importer.look(origin, quiet)).rejects.toThrow(sentence);
  });
});
