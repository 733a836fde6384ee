import type { Run, Sample, Split, ToolCall, ToolSchema } from "../../protocol/index.ts";
import { UserError } from "../../protocol/index.ts";
// From above, as src/training is a floor of its own that the linter would take it for.
import type { GoldRunner } from "../../data/training/index.ts";

/** One file of an export; a name with slashes lies in a folder. */
export type ExportFile = { name: string; text: string } | { name: string; bytes: Uint8Array };

export interface ExportOptions {
  /** The dataset's name, which names files and tasks. */
  name: string;
  /** Of the dataset's bytes: rows to train on carry it. */
  sha256: string;
  /** All samples by default; `train` where the rows are to train on. */
  split?: Split | "all";
  /** The tools that are listed where a sample brings none. */
  tools: readonly ToolSchema[];
  /** Of the tool lists and pairs that are drawn; 0 by default. */
  seed?: number;
  /** Runs gold calls: see `needsResults`. */
  run?: GoldRunner;
  /** Preference pairs come from these runs in place of the labels. */
  runs?: readonly Run[];
  /** How the consumer writes a call: see `TrainingOptions`. */
  renderCall?: (call: ToolCall) => string;
  /** What a call costs, by tool, for rewards. */
  costs?: Record<string, number>;
  /** Told of everything that a reader of the files should know: what was left out, and why. */
  note?(sentence: string): void;
}

/** A form in which other programs take a dataset. */
export interface DatasetExport {
  id: string;
  title: string;
  /** Of its file; empty where it is a folder. */
  extension: string;
  /** It holds what tools returned, so `run` is needed. */
  needsResults?: boolean;
  /** UserError: these samples cannot be written in this form, in one sentence. */
  files(samples: readonly Sample[], options: ExportOptions): Promise<ExportFile[]>;
}

/** The samples of a split. UserError: there is none. */
export function ofSplit(samples: readonly Sample[], { name, split = "all" }: ExportOptions): Sample[] {
  const chosen = samples.filter((sample) => split === "all" || sample.split === split);
  if (chosen.length === 0)
    throw new UserError(`${name}: no sample is of split ${split}: choose another split, or all.`);
  return chosen;
}

/** A name that can be a file, a task and a Python identifier's part: letters, digits, - and _. */
export const plainName = (name: string): string => name.replace(/\.\w+$/, "").replace(/[^\w-]+/g, "_") || "dataset";
