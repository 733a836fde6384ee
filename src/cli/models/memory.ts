import type { Device, Dtype, RuntimeId } from "../../protocol/index.ts";
import { listBuilds, listModels } from "../../models/index.ts";
import { predictMemory, type MemoryPrediction } from "../../models/memory/index.ts";
import { print } from "../output.ts";

type Row = { id: string; runtime: RuntimeId; device: Device; dtype: Dtype } & MemoryPrediction;

/** The predicted memory of every build at every dtype on every device; bytes, in the table MiB. */
export function memory(json: boolean): number {
  const rows = listModels().flatMap(({ id }) => listBuilds(id).flatMap((build) => rowsOf(id, build)));
  if (json) return (print(JSON.stringify(rows)), 0);
  const head = [
    "model",
    "runtime",
    "device",
    "dtype",
    "files",
    "weights",
    "keys+values",
    "activations",
    "loading",
    "total",
  ];
  const table = rows.map((row) => [
    ...[row.id, row.runtime, row.device, row.dtype],
    ...[row.download, row.weights, row.keysValues, row.activations, row.loading, row.total].map(mebibytes),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...table.map((row) => row[i]!.length)));
  // Names to the left, figures to the right.
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i < 4 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  for (const row of [head, ...table]) print(line(row));
  print("\nMiB, for one conversation as long as the context; see docs/models.md.");
  return 0;
}

function rowsOf(id: string, build: ReturnType<typeof listBuilds>[number]): Row[] {
  return (["wasm", "webgpu"] as const).flatMap((device) =>
    build.dtypes[device].flatMap((dtype) => {
      const predicted = predictMemory(build, dtype, device);
      return predicted ? [{ id, runtime: build.runtime, device, dtype, ...predicted }] : [];
    }),
  );
}

function mebibytes(bytes: number): string {
  return Math.round(bytes / 2 ** 20).toLocaleString("en");
}
