import { failure, type Tool } from "../tool.ts";
import { operate, OPERATIONS, type FileCall } from "./operations.ts";

export { forTranscript } from "./changes.ts";
export { runMounted } from "./mount.ts";
export { Workspace, WORKSPACE_LIMITS, type Snapshot, type WorkspaceLimits } from "./workspace.ts";

/** The name by which a run asks for it, and so for a workspace. */
export const FILE_OPS = "file_ops";

/** Files of the workspace that comes with a call's context. They lie in memory, never on a disk. */
export function fileOps(): Tool {
  return {
    name: FILE_OPS,
    description: "Read and write files in the workspace.",
    onRequest: true,
    parameters: {
      type: "object",
      properties: {
        operation: { type: "string", enum: [...OPERATIONS] },
        path: { type: "string" },
        content: { type: "string" },
        to: { type: "string" },
      },
      required: ["operation", "path"],
      additionalProperties: false,
    },
    run: (args, { workspace }) =>
      workspace
        ? operate(workspace, args as unknown as FileCall)
        : failure("NoWorkspace", "this call came without a workspace: pass one in its context"),
  };
}
