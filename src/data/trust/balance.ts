import { CATEGORIES, DIFFICULTIES, SPLITS, type Sample } from "../../protocol/index.ts";
import { check, some, type TrustCheck } from "./check.ts";
import { paced, type Watch } from "./pace.ts";

/** How many samples there are of what. */
export interface Balance {
  cells: { split: string; category: string; difficulty: string; optimal_tool: string; count: number }[];
  splits: { split: string; samples: number; templates: number; topics: number }[];
}

/** What stands for the split of samples that have none. */
const NO_SPLIT = "(no split)";

/** Counts samples by split, category, difficulty and label; finds the combinations that are missing. */
export async function balance(
  samples: readonly Sample[],
  watch: Watch = {},
): Promise<{ balance: Balance; check: TrustCheck }> {
  const cells = new Map<string, Balance["cells"][number]>();
  const splits = new Map<string, { samples: number; templates: Set<string>; topics: Set<string> }>();
  await paced(
    "balance",
    samples,
    watch,
    ({ split = NO_SPLIT, category, difficulty, optimal_tool, template, topic }) => {
      const key = JSON.stringify([split, category, difficulty, optimal_tool]);
      const cell = cells.get(key) ?? { split, category, difficulty, optimal_tool, count: 0 };
      cells.set(key, cell);
      cell.count++;
      const own = splits.get(split) ?? { samples: 0, templates: new Set(), topics: new Set() };
      splits.set(split, own);
      own.samples++;
      if (template !== undefined) own.templates.add(template);
      if (topic !== undefined) own.topics.add(topic);
    },
  );
  const rows = [...cells.values()];
  const missing = missingCells(rows);
  const of = (key: "category" | "difficulty") => new Set(rows.map((row) => row[key])).size;
  return {
    balance: {
      cells: rows.sort((a, b) => compare(placesOf(a), placesOf(b)) || (a.optimal_tool < b.optimal_tool ? -1 : 1)),
      splits: [...splits]
        .sort(([a], [b]) => SPLITS.indexOf(a as never) - SPLITS.indexOf(b as never))
        .map(([split, { samples, templates, topics }]) => ({
          split,
          samples,
          templates: templates.size,
          topics: topics.size,
        })),
    },
    check: check(
      {
        id: "missing_cells",
        title: "Every split has every category at every difficulty",
        level: missing.length > 0 ? "notice" : "ok",
        summary: `${missing.length} of ${splits.size * of("category") * of("difficulty")} combinations of ${some(splits.size, "split")}, ${of("category")} categories and ${of("difficulty")} difficulties that occur have no sample.`,
      },
      missing,
      (detail) => ({ ids: [], detail }),
    ),
  };
}

/** Where a cell's names stand among the known ones. */
function placesOf({ split, category, difficulty }: Balance["cells"][number]): number[] {
  return [
    SPLITS.indexOf(split as never),
    CATEGORIES.indexOf(category as never),
    DIFFICULTIES.indexOf(difficulty as never),
  ];
}

function compare(a: number[], b: number[]): number {
  return a.map((value, i) => value - b[i]!).find((difference) => difference !== 0) ?? 0;
}

/** Combinations of what occurs somewhere that occur nowhere. */
function missingCells(rows: Balance["cells"]): string[] {
  const present = new Set(rows.map(({ split, category, difficulty }) => JSON.stringify([split, category, difficulty])));
  const values = (key: "split" | "category" | "difficulty") => [...new Set(rows.map((row) => row[key]))];
  return values("split").flatMap((split) =>
    values("category").flatMap((category) =>
      values("difficulty")
        .filter((difficulty) => !present.has(JSON.stringify([split, category, difficulty])))
        .map((difficulty) => `${split}: no ${category} at ${difficulty}`),
    ),
  );
}
