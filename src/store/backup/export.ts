import { toBase64, UserError } from "../../protocol/index.ts";
import { PIECE, samplesAt } from "../pieces.ts";
import type { AdapterSummary, Database } from "../schema.ts";
import { CHUNK } from "./chunks.ts";
import { FORMAT, pack, VERSION, type Counts } from "./file.ts";

/** Characters after which a line ends: lines stay short whatever a run's transcripts hold. */
const LINE = 2 ** 20;
/** Results that are read at once. */
const RESULTS = 50;

/**
 * Everything but the trash as one file, as it stands when this is called. UserError: something was deleted for good
 * meanwhile.
 */
export function exportAll(db: Database): Promise<Blob> {
  return pack(linesOf(db));
}

async function* linesOf(db: Database): AsyncGenerator<string> {
  const tables = [db.runs, db.datasets, db.settings, db.userTools, db.drafts, db.adapters, db.models];
  const now = await db.transaction("r", tables, async () => ({
    runs: await db.runs.toArray(),
    datasets: await db.datasets.toArray(),
    settings: await db.settings.toArray(),
    userTools: await db.userTools.toArray(),
    drafts: await db.drafts.toArray(),
    adapters: await db.adapters.toArray(),
    models: await db.models.toArray(),
  }));
  const counts: Counts = {
    runs: now.runs.length,
    results: now.runs.reduce((sum, { done }) => sum + done, 0),
    datasets: now.datasets.length,
    samples: now.datasets.reduce((sum, { n }) => sum + n, 0),
    settings: now.settings.length,
    userTools: now.userTools.length,
    drafts: now.drafts.length,
    adapters: now.adapters.length,
    models: now.models.length,
    adapterBytes: now.adapters.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  yield JSON.stringify({ format: FORMAT, version: VERSION, created: new Date().toISOString(), counts });
  for (const table of ["settings", "userTools", "drafts", "models"] as const) {
    for (const row of now[table]) yield JSON.stringify({ table, row });
  }
  for (const { owner, ...row } of now.datasets) {
    yield JSON.stringify({ table: "datasets", row });
    yield* inLines(
      row.n,
      PIECE,
      (from, count) => samplesAt(db, owner, from, count),
      (from, samples) => ({
        table: "samples",
        row: { sha256: row.sha256, from, samples },
      }),
    );
  }
  for (const row of now.adapters) yield* linesOfAdapter(db, row);
  for (const row of now.runs) {
    yield JSON.stringify({ table: "runs", row: { ...row, results: [] } });
    const read = async (from: number, count: number) => {
      const rows = await db.results
        .where("[runId+index]")
        .between([row.id, from], [row.id, from + count])
        .toArray();
      return rows.map(({ result }) => result);
    };
    yield* inLines(row.done, RESULTS, read, (from, results) => ({
      table: "results",
      row: { runId: row.id, from, results },
    }));
  }
}

/** An adapter's row, then its two files, one behind the other and cut into pieces. */
async function* linesOfAdapter(db: Database, row: AdapterSummary): AsyncGenerator<string> {
  const { config: _config, ...rest } = row;
  const { sha256 } = row;
  const files = await db.adapterFiles.get(sha256);
  if (!files) throw changed();
  yield JSON.stringify({ table: "adapters", row: { ...rest, configBytes: files.configFile.byteLength } });
  let from = 0;
  for (const file of [files.configFile, files.weights]) {
    for (let at = 0; at < file.byteLength; at += CHUNK) {
      const piece = file.subarray(at, at + CHUNK);
      yield JSON.stringify({ table: "adapterBytes", row: { sha256, from, adapterBytes: toBase64(piece) } });
      from += piece.byteLength;
    }
  }
}

function changed(): UserError {
  return new UserError("Something was deleted while the database was being exported: export it again.");
}

/** `n` things, read `step` at a time and cut into lines of some length. */
async function* inLines<T>(
  n: number,
  step: number,
  read: (from: number, count: number) => Promise<T[]>,
  line: (from: number, things: T[]) => object,
): AsyncGenerator<string> {
  for (let from = 0; from < n; from += step) {
    const wanted = Math.min(step, n - from);
    const things = await read(from, wanted);
    if (things.length < wanted) throw changed();
    let first = 0;
    let length = 0;
    for (const [i, thing] of things.entries()) {
      length += JSON.stringify(thing).length;
      if (length < LINE && i < things.length - 1) continue;
      yield JSON.stringify(line(from + first, things.slice(first, i + 1)));
      [first, length] = [i + 1, 0];
    }
  }
}
