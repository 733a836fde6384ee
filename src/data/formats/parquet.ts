import { messageOf, UserError } from "../../protocol/index.ts";

/** Rows that are decoded at once where a file's row groups are larger. */
const ROWS = 10_000;

/** The rows of a Parquet file, a row group or a part of one at a time. UserError: it is not Parquet, or it is damaged. */
export async function* parquetRows(blob: Blob, name: string): AsyncGenerator<Record<string, unknown>> {
  // Loaded when used: the page is lighter without them. The second knows zstd, gzip, brotli and lz4.
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const file = { byteLength: blob.size, slice: (start: number, end?: number) => blob.slice(start, end).arrayBuffer() };
  const read = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw new UserError(`${name}: this Parquet file cannot be read (${messageOf(error)}).`);
    }
  };
  const metadata = await read(parquetMetadataAsync(file));
  let first = 0;
  for (const group of metadata.row_groups) {
    const end = first + Number(group.num_rows);
    for (let rowStart = first; rowStart < end; rowStart += ROWS) {
      const rowEnd = Math.min(end, rowStart + ROWS);
      const rows = await read(parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd }));
      for (const row of rows) yield plain(row) as Record<string, unknown>;
    }
    first = end;
  }
}

/** Values as JSON has them: whole numbers beyond 2^53 become texts, times ISO texts, bytes lists of numbers. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, plain);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
