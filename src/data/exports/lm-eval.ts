import { UserError, type Sample } from "../../protocol/index.ts";
import { goldAnswerOf } from "../../data/training/index.ts";
import { toJsonl } from "../parse.ts";
import { ofSplit, plainName, type DatasetExport } from "./export.ts";
import { GRADING, literal } from "./python.ts";

/**
 * A task folder for EleutherAI's lm-evaluation-harness (0.4.9 and later): is the answer right? It lists no tools, so it
 * measures what a model can do by itself; samples that are judged by their calls are left out.
 */
export const lmEval: DatasetExport = {
  id: "lm-eval",
  title: "lm-evaluation-harness, task folder",
  extension: "",
  files: async (samples, options) => {
    const chosen = ofSplit(samples, options);
    const rows = chosen.flatMap(rowOf);
    const left = chosen.length - rows.length;
    if (left > 0) options.note?.(`Left out ${left}: lm-eval asks for answers, and these samples have none.`);
    if (rows.length === 0)
      throw new UserError(`${options.name}: none of its samples has an answer that lm-eval could ask for.`);
    const name = plainName(options.name);
    return [
      { name: `${name}.yaml`, text: yamlOf(name) },
      { name: "samples.jsonl", text: toJsonl(rows) },
      { name: "grading.py", text: GRADING },
      { name: "task.py", text: TASK },
    ];
  },
};

function rowOf(sample: Sample) {
  const { id, prompt, check = { kind: "exact" }, category, difficulty, optimal_tool } = sample;
  const target = goldAnswerOf(sample);
  if (target === null || check.kind === "calls") return [];
  // Checks differ in their fields, and a table has the same columns in every row.
  return [{ id, prompt, target, check: JSON.stringify(check), category, difficulty, optimal_tool }];
}

const yamlOf = (name: string) => `task: ${literal(name)}
custom_dataset: !function task.load
test_split: test
output_type: generate_until
doc_to_text: "{{prompt}}"
doc_to_target: "{{target}}"
process_results: !function task.process_results
generation_kwargs:
  until: ["\\n\\n"]
  do_sample: false
  max_gen_toks: 256
metric_list:
  - metric: correct
    aggregation: mean
    higher_is_better: true
metadata:
  version: 1.0
`;

const TASK = `import json
import sys
from pathlib import Path

import datasets

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))

from grading import grade  # noqa: E402


def load(**kwargs):
    lines = (FOLDER / "samples.jsonl").read_text(encoding="utf-8").split("\\n")
    return {"test": datasets.Dataset.from_list([json.loads(line) for line in lines if line])}


def process_results(doc, results):
    check = json.loads(doc["check"])
    return {"correct": int(grade(results[0], doc["target"], check, doc["prompt"]))}
`;
