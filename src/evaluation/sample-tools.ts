import type { Toolbox } from "../agent/index.ts";
import type { Sample } from "../protocol/index.ts";
import { sampleTools } from "../tools/index.ts";

/** What is listed for a sample, and what runs it: the run's tools, or those that the sample brings in their place. */
export function toolsFor(
  sample: Pick<Sample, "tools">,
  tools: Toolbox,
  names: string[],
): { tools: Toolbox; toolNames: string[] } {
  if (!sample.tools) return { tools, toolNames: names };
  const own = sampleTools(sample.tools, (code, context) =>
    tools.call({ name: "code_executor", arguments: { code } }, context),
  );
  return { tools: own, toolNames: sample.tools.map(({ name }) => name) };
}
