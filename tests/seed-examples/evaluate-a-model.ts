import { type Run, ToolUseEvaluator } from "../../src/index.ts";

/** Evaluates a model, reads the report, and saves the plots in the page's own file system. */
export async function evaluateAModel(
  model: string,
  limit: number,
): Promise<{ run: Run; page: string; files: string[] }> {
  const evaluator = new ToolUseEvaluator(
    { model, dataset: "tool_use_v0", split: "test", limit },
    { onResult: (result, { done, total }) => console.log(`${done} of ${total}`, result.sample_id) },
  );
  const run = await evaluator.evaluate();
  console.log(run.metrics["correctness"], run.metrics["tool_accuracy"]);

  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("plots", { create: true });
  await evaluator.savePlots(async (name, svg) => {
    const file = await (await folder.getFileHandle(`${name}.svg`, { create: true })).createWritable();
    await file.write(svg);
    await file.close();
  });
  const files: string[] = [];
  for await (const name of folder.keys()) files.push(name);
  return { run, page: evaluator.report(), files };
}
