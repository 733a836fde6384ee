import type { Toolbox } from "../agent/index.ts";
import type { Grader } from "./scorers/index.ts";

/** Symbolic equality by the symbolic_math tool: the difference simplifies to 0. A failure of the tool means not equal. */
export function graderWith(tools: Toolbox): Grader {
  const known = new Map<string, Promise<boolean>>();
  return {
    equal: (a, b) => {
      const expression = `(${a}) - (${b})`.replaceAll("^", "**");
      let verdict = known.get(expression);
      if (!verdict) known.set(expression, (verdict = isZero(tools, expression)));
      return verdict;
    },
  };
}

async function isZero(tools: Toolbox, expression: string): Promise<boolean> {
  const { success, output } = await tools.call({
    name: "symbolic_math",
    arguments: { operation: "simplify", expression },
  });
  return success && output.trim() === "0";
}
