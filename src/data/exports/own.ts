import { toJsonl } from "../parse.ts";
import { ofSplit, plainName, type DatasetExport } from "./export.ts";

/** The project's own form, as docs/dataset_format.md describes it. */
export const jsonl: DatasetExport = {
  id: "jsonl",
  title: "AgentCoder, JSON Lines",
  extension: ".jsonl",
  files: async (samples, options) => [
    { name: `${plainName(options.name)}.jsonl`, text: toJsonl(ofSplit(samples, options)) },
  ],
};

export const json: DatasetExport = {
  id: "json",
  title: "AgentCoder, one JSON array",
  extension: ".json",
  files: async (samples, options) => [
    { name: `${plainName(options.name)}.json`, text: `${JSON.stringify(ofSplit(samples, options), null, 2)}\n` },
  ],
};
