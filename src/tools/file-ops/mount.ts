import { programOutcome, type PythonOptions, type PythonRunner } from "../python.ts";
import type { ToolOutcome } from "../tool.ts";
import { WorkspaceError } from "./errors.ts";
import { quote } from "./paths.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Runs a program with the workspace as its working directory; the text files that it makes or changes are the
 * workspace's afterwards. The sandbox hands back texts only, so bytes that are no UTF-8 stay behind, and it does not
 * tell what was deleted, so that stays in the workspace: `delete` takes it away. A program that was killed changes
 * nothing. What breaks the workspace's rules is left out, and the output says so: the model should know.
 */
export async function runMounted(
  runner: PythonRunner,
  code: string,
  workspace: Workspace,
  options: PythonOptions,
): Promise<ToolOutcome> {
  const result = await runner.execute(code, { ...options, files: workspace.files() });
  // How far a killed program came depends on the machine's speed: the same run must leave the same files.
  const files = result.killed ? {} : result.files;
  const refused = Object.keys(files)
    .sort()
    .flatMap((path) => refusal(workspace, path, files[path] ?? ""));
  const outcome = programOutcome(result);
  if (refused.length === 0) return outcome;
  const gap = outcome.output === "" || outcome.output.endsWith("\n") ? "" : "\n";
  return { ...outcome, output: `${outcome.output}${gap}${refused.join("\n")}` };
}

function refusal(workspace: Workspace, path: string, text: string): string[] {
  try {
    workspace.write(path, text);
    return [];
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error;
    return [`not kept: ${quote(path)}: ${error.message}`];
  }
}
