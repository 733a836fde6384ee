import { readFileSync } from "node:fs";
import type { UserTool } from "../../src/protocol/index.ts";
import { blocks } from "./markdown.ts";

export const GUIDE = "docs/adding_a_tool.md";

/** A tool as the guide tells a reader to type it. */
export interface GuideTool {
  tool: UserTool;
  /** As texts, as they stand there. */
  parameters: string;
  trial: string;
  result: string;
}

/** The tools of docs/adding_a_tool.md, taken out of it word for word. Throws where the guide has another shape. */
export function toolsOfGuide(): GuideTool[] {
  const text = readFileSync(GUIDE, "utf8");
  const field = (label: string) =>
    [...text.matchAll(new RegExp(`^- ${label}: \`(.+)\`$`, "gm"))].map(([, value]) => value!);
  const [names, languages, descriptions] = [field("Name"), field("Language of the body"), field("Description")];
  const block = (language: string) => blocks(GUIDE, language).map((one) => one.text.trim());
  const [json, results] = [block("json"), block("text")];
  const bodies = [...block("python"), ...block("js")];
  if ([names, languages, descriptions, results, bodies].some((list) => list.length !== 2) || json.length !== 4) {
    throw new Error(`${GUIDE} no longer has two tools, each with its fields, two JSON blocks, a body and a result.`);
  }
  return names.map((name, i) => {
    const [parameters, trial] = [json[2 * i]!, json[2 * i + 1]!];
    const tool = {
      name,
      description: descriptions[i]!,
      parameters: JSON.parse(parameters) as UserTool["parameters"],
      language: languages[i]!.toLowerCase() as UserTool["language"],
      body: bodies[i]!,
    };
    return { tool, parameters, trial, result: results[i]! };
  });
}
