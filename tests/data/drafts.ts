import type { Draft } from "../../src/data/generator/template.ts";

/** The tools that a question is about: those it lists, or the first that it calls. */
export function toolsOfDraft({ tools, optimal_tool, alternative_tools }: Draft): string[] {
  const named = [optimal_tool, ...alternative_tools].filter((name) => name !== "none");
  return tools ? tools.map(({ name }) => name) : named;
}
