import {
  CATEGORIES,
  DIFFICULTIES,
  SPLITS,
  UserError,
  type Category,
  type Difficulty,
  type Random,
  type Split,
} from "../../protocol/index.ts";
import { drawOpeners } from "./phrasing.ts";
import type { Template } from "./template.ts";

export interface SampleOrder {
  numSamples: number;
  /** All by default. */
  categories?: readonly Category[];
  /** All by default. */
  difficultyLevels?: readonly Difficulty[];
}

/** A sample to be made: everything but the question itself. */
export interface Slot {
  index: number;
  difficulty: Difficulty;
  opener: string;
  /** The template to draw from, and those of the same category, difficulty and split, should it run out. */
  templates: readonly Template[];
}

/** Of each six samples three are for training, two for the test, one for validation. */
const SPLIT_ORDER: readonly Split[] = ["train", "test", "train", "validation", "train", "test"];

/**
 * What to make: categories and difficulties in turn, in each the splits in turn, in each split its templates in turn, and
 * openers evenly in each split. UserError for numbers and names that cannot be.
 */
export function plan(options: SampleOrder, templates: readonly Template[], random: Random): Slot[] {
  const { numSamples } = options;
  if (!Number.isSafeInteger(numSamples) || numSamples < 1) {
    throw new UserError(`numSamples is ${numSamples}: it must be a whole number from 1.`);
  }
  const categories = chosen("categories", options.categories, CATEGORIES);
  const difficulties = chosen("difficultyLevels", options.difficultyLevels, DIFFICULTIES);
  const cells = difficulties.flatMap((difficulty) => categories.map((category) => ({ category, difficulty })));
  const groups = new Map<string, Group>();
  const planned = Array.from({ length: numSamples }, (_, index) => {
    const { category, difficulty } = cells[index % cells.length]!;
    const split = SPLIT_ORDER[Math.floor(index / cells.length) % SPLIT_ORDER.length]!;
    const key = [category, difficulty, split].join();
    let group = groups.get(key);
    if (!group) {
      const fitting = templates.filter(
        (template) =>
          template.category === category && template.split === split && template.difficulties.includes(difficulty),
      );
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

function chosen<T extends string>(option: string, wanted: readonly T[] | undefined, known: readonly T[]): readonly T[] {
  if (!wanted) return known;
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UserError(`${option}: "${unknown}" is not one of ${known.join(", ")}.`);
  if (wanted.length === 0) throw new UserError(`${option} is empty: leave it out for all of them.`);
  return known.filter((name) => wanted.includes(name));
}
