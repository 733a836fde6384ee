import type { GeneratorOptions } from "../data/index.ts";
import { UserError } from "../protocol/index.ts";
import { Workspace, type ToolRegistry } from "../tools/index.ts";
import { toolsFor } from "./sample-tools.ts";

/**
 * What a SampleGenerator needs to run its gold calls with the real tools: `new SampleGenerator({ seed,
 * ...goldCalls(tools) })`. Aborted: the next call throws.
 */
export function goldCalls(
  tools: ToolRegistry,
  signal?: AbortSignal,
): Required<Pick<GeneratorOptions, "call" | "open">> {
  const context = { ...(signal && { signal }) };
  return {
    call: (call) => {
      refuseAborted(signal);
      return tools.call(call, context);
    },
    open: ({ files, tools: own }) => {
      const workspace = new Workspace(files);
      const listed = own ? toolsFor({ tools: [...own] }, tools, []).tools : tools;
      return (call) => {
        refuseAborted(signal);
        return listed.call(call, { ...context, workspace });
      };
    },
  };
}

function refuseAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw new UserError("Cancelled: no dataset was written.");
}
