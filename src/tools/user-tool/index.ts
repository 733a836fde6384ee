import type { ExecResult, UserTool } from "../../protocol/index.ts";
import { programOutcome, type PythonRunner } from "../python.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { pythonProgram, withOwnLines } from "./program.ts";

export { explainParameters } from "./parameters.ts";
export { checkUserTools, explainUserTool, parseUserTools } from "./check.ts";
export { sampleTools } from "./sample-tools.ts";

/** Whatever runs the body of a JavaScript function on plain data: the sandbox, or a stand-in. */
export interface JavaScriptRunner {
  execute(
    body: string,
    args: Record<string, unknown>,
    options?: Pick<ToolContext, "signal" | "seed">,
  ): Promise<ExecResult>;
}

/** What runs the bodies of tools, by their language. */
export interface Runners {
  python: PythonRunner;
  javascript: JavaScriptRunner;
}

/** The tool that a person's definition describes. Its body runs sealed off, anew for each call. */
export function userTool(definition: UserTool, { python, javascript }: Runners): Tool {
  const { name, description, parameters, language, body } = definition;
  const run = async (args: Record<string, unknown>, { signal, seed }: ToolContext) => {
    const options = { ...(signal && { signal }), ...(seed !== undefined && { seed }) };
    return language === "python"
      ? withOwnLines(programOutcome(await python.execute(pythonProgram(definition, args), options)))
      : programOutcome(await javascript.execute(body, args, options));
  };
  return { name, description, parameters, run };
}
