import { Sample } from "../protocol/index.ts";

/** The JSON Schema of a sample, as `datasets/sample.schema.json` publishes it: the shape, for editors and other programs. */
export function sampleSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "AgentCoder sample",
    description: "One question with its label: docs/dataset_format.md. Fields of your own are allowed.",
    // TypeBox keeps its own notes beside what JSON can hold: these are dropped.
    ...(JSON.parse(JSON.stringify(Sample)) as object),
  };
}
