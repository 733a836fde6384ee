import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, it } from "vitest";
import { importRows, preview } from "../../../src/data/formats/index.ts";
import { collect } from "./collect.ts";

const COUNT = 25;

function parquet(): Blob {
  const places = Array.from({ length: COUNT }, (_, i) => i);
  const bytes = parquetWriteBuffer({
    rowGroupSize: [10],
    columnData: [
      { name: "question", data: places.map((i) => `Question ${i} é`) },
      { name: "answer", data: places.map((i) => BigInt(i)), type: "INT64" },
      { name: "check", data: places.map(() => '{"kind":"numeric"}') },
      { name: "at", data: places.map(() => new Date(0)), type: "TIMESTAMP" },
    ],
  });
  return new Blob([bytes]);
}

it("reads Parquet by row groups, from a blob or a stream", async () => {
  const { format, guess, rows } = await preview(parquet());
  expect({ format, rows: rows.length }).toEqual({ format: "parquet", rows: 20 });
  for (const source of [parquet(), parquet().stream() as ReadableStream<Uint8Array>]) {
    const found = await collect(importRows(source, guess, { name: "q.parquet" }));
    expect(found).toHaveLength(COUNT);
    expect(found[24]).toMatchObject({
      sample: {
        id: "q-25",
        prompt: "Question 24 é",
        gold_answer: "24",
        check: { kind: "numeric" },
        at: "1970-01-01T00:00:00.000Z",
      },
      kept: ["at"],
    });
  }
});

it("says that a damaged file cannot be read", async () => {
  const cut = parquet().slice(0, 300);
  await expect(preview(cut, { name: "q.parquet" })).rejects.toThrow(
    /^q\.parquet: this Parquet file cannot be read \(.*\)\.$/,
  );
});
