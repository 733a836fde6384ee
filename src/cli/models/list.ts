import { preparedModels } from "../../../trainer-server/server/index.ts";
import { listModels } from "../../models/index.ts";
import { print } from "../output.ts";
import { base } from "./places.ts";

/** The catalog, and what is prepared on this machine. */
export async function listAll(json: boolean): Promise<number> {
  const prepared = await preparedModels(base());
  const rows = listModels().map(({ id, title, origin, license, parameters }) => {
    const ready = origin === "bundled" || origin === "none" || prepared.includes(id);
    return { id, title, license, parameters, origin, ready };
  });
  if (json) print(JSON.stringify(rows));
  else for (const row of rows) print(`${row.id.padEnd(20)} ${wordFor(row).padEnd(8)} ${row.title} (${row.license})`);
  return 0;
}

/** Where a model's files come from, in a word. */
function wordFor({ ready, origin }: { ready: boolean; origin: string }): string {
  if (ready) return "ready";
  return origin === "server" ? "prepare" : "download";
}
