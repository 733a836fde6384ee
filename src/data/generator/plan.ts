import {
  CATEGORIES,
  DIFFICULTIES,
  createRandom,
  SPLITS,
  UserError,
  type Category,
  type Difficulty,
  type Random,
  type Split,
} from "../../protocol/index.ts";
import { drawOpeners } from "./phrasing.ts";
import type { TemplateSet } from "./sets.ts";
import type { Template } from "./template.ts";

export interface SampleOrder {
  numSamples: number;
  /** All by default. */
  categories?: readonly Category[];
  /** All by default. */
  difficultyLevels?: readonly Difficulty[];
  /** Only questions whose best decision is one of these tools, and those that need none; any tool by default. */
  tools?: readonly string[];
  /** All that the templates have by default. */
  splits?: readonly Split[];
}

/** A sample to be made: everything but the question itself. */
export interface Slot {
  index: number;
  difficulty: Difficulty;
  opener: string;
  /** The template to draw from, and those of the same category, difficulty and split, should it run out. */
  templates: readonly Template[];
}

/**
 * What to make: categories and difficulties in turn, in each the splits in turn, in each split its templates in turn, and
 * openers evenly in each split. UserError for numbers and names that cannot be.
 */
export function plan(options: SampleOrder, set: TemplateSet, random: Random): Slot[] {
  const { numSamples } = options;
  if (!Number.isSafeInteger(numSamples) || numSamples < 1) {
    throw new UserError(`numSamples is ${numSamples}: it must be a whole number from 1.`);
  }
  const categories = chosen("categories", options.categories, CATEGORIES);
  const difficulties = chosen("difficultyLevels", options.difficultyLevels, DIFFICULTIES);
  const splits = chosen("splits", options.splits, SPLITS);
  const splitOrder = set.splitOrder.filter((split) => splits.includes(split));
  if (splitOrder.length === 0)
    throw new UserError(`splits: these templates are for ${[...new Set(set.splitOrder)].join(", ")}.`);
  const templates = options.tools ? usingOnly(set.templates, options.tools) : set.templates;
  const cells = difficulties.flatMap((difficulty) => categories.map((category) => ({ category, difficulty })));
  const groups = new Map<string, Group>();
  const planned = Array.from({ length: numSamples }, (_, index) => {
    const { category, difficulty } = cells[index % cells.length]!;
    const split = splitOrder[Math.floor(index / cells.length) % splitOrder.length]!;
    const key = [category, difficulty, split].join();
    let group = groups.get(key);
    if (!group) {
      const fitting = templates.filter(
        (template) =>
          template.category === category && template.split === split && template.difficulties.includes(difficulty),
      );
      if (fitting.length === 0) throw nothing(category, difficulty, split);
      groups.set(key, (group = { templates: random.shuffle(fitting), count: 0, openers: [] }));
    }
    return { index, difficulty, group, place: group.count++ };
  });
  // In a fixed order, so that the groups' first appearance in the file does not matter.
  for (const split of SPLITS) {
    for (const { category, difficulty } of cells) {
      const group = groups.get([category, difficulty, split].join());
      if (group) group.openers = drawOpeners(random, group.count);
    }
  }
  return planned.map(({ index, difficulty, group, place }) => {
    const turn = place % group.templates.length;
    return {
      index,
      difficulty,
      opener: group.openers[place]!,
      templates: [...group.templates.slice(turn), ...group.templates.slice(0, turn)],
    };
  });
}

interface Group {
  templates: Template[];
  count: number;
  openers: string[];
}

/** The templates whose questions are best answered with one of these tools, or without any. */
function usingOnly(templates: readonly Template[], tools: readonly string[]): readonly Template[] {
  const known = new Map(templates.map((template) => [template, decisionsOf(template)]));
  const all = new Set([...known.values()].flatMap((names) => [...names]));
  const unknown = tools.find((name) => !all.has(name));
  if (unknown !== undefined) {
    throw new UserError(`tools: no question needs "${unknown}": known are ${[...all].sort().join(", ")}.`);
  }
  return templates.filter((template) =>
    [...known.get(template)!].every((name) => name === "none" || tools.includes(name)),
  );
}

/** The best decisions of a template's questions, as a few of them have it: one template, at most two decisions. */
function decisionsOf({ difficulties, draw }: Template): Set<string> {
  const names = difficulties.flatMap((difficulty) =>
    Array.from({ length: 12 }, (_, i) => draw(createRandom(`decision/${i}`), difficulty).optimal_tool),
  );
  return new Set(names);
}

function nothing(category: Category, difficulty: Difficulty, split: Split): UserError {
  return new UserError(
    `There are no ${difficulty} questions of the category ${category} for the split ${split} with these tools: name more tools, or other categories.`,
  );
}

function chosen<T extends string>(option: string, wanted: readonly T[] | undefined, known: readonly T[]): readonly T[] {
  if (!wanted) return known;
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UserError(`${option}: "${unknown}" is not one of ${known.join(", ")}.`);
  if (wanted.length === 0) throw new UserError(`${option} is empty: leave it out for all of them.`);
  return known.filter((name) => wanted.includes(name));
}
