import { tableOf } from "./columns.ts";
import { ofSplit, plainName, type DatasetExport } from "./export.ts";

/** Cells are kept to the byte, those that a spreadsheet would run as formulas, too: see docs/dataset_format.md. */
export const csv: DatasetExport = {
  id: "csv",
  title: "CSV",
  extension: ".csv",
  files: async (samples, options) => {
    const { csvFormatRows } = await import("d3-dsv");
    const { columns, rows } = tableOf(ofSplit(samples, options));
    const text = csvFormatRows([columns, ...rows.map((row) => row.map((cell) => cell ?? ""))]);
    return [{ name: `${plainName(options.name)}.csv`, text: `${text}\n` }];
  },
};

export const parquet: DatasetExport = {
  id: "parquet",
  title: "Parquet",
  extension: ".parquet",
  files: async (samples, options) => {
    // The writer that belongs to hyparquet, our reader; loaded when used.
    const { ByteWriter, parquetWrite } = await import("hyparquet-writer");
    const { columns, rows } = tableOf(ofSplit(samples, options));
    const writer = new ByteWriter();
    await parquetWrite({
      writer,
      columnData: columns.map((name, column) => ({
        name,
        data: rows.map((row) => row[column]),
        type: "STRING" as const,
      })),
    });
    return [{ name: `${plainName(options.name)}.parquet`, bytes: writer.getBytes() }];
  },
};
