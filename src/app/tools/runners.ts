import type { Runners, ToolOutcome, ToolRegistry } from "../../tools/index.ts";
import type { UserTool } from "../../protocol/index.ts";
import { python } from "../playground/python.ts";

let opened: Promise<Runners> | null = null;

/** What runs the bodies of one's own tools on this page, outside of a run; opened once, when first needed. */
function runners(): Promise<Runners> {
  opened ??= Promise.all([python(), import("../../sandbox/index.ts")]).then(([sandbox, { JavaScriptSandbox }]) => ({
    python: sandbox,
    javascript: new JavaScriptSandbox(),
  }));
  return opened;
}

const offered = new WeakMap<ToolRegistry, string[]>();

/** Registers these tools of one's own, and takes away those of the last time: they may have changed. */
export async function offerOwnTools(registry: ToolRegistry, definitions: readonly UserTool[]): Promise<void> {
  const [{ userTool }, own] = await Promise.all([import("../../tools/index.ts"), runners()]);
  for (const name of offered.get(registry) ?? []) registry.unregister(name);
  for (const definition of definitions) registry.register(definition.name, userTool(definition, own));
  offered.set(
    registry,
    definitions.map(({ name }) => name),
  );
}

/** Calls a tool as a model would, with its arguments checked. */
export async function tryTool(
  definition: UserTool,
  args: Record<string, unknown>,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const { ToolRegistry } = await import("../../tools/index.ts");
  const registry = new ToolRegistry();
  await offerOwnTools(registry, [definition]);
  return registry.call({ name: definition.name, arguments: args }, { signal, seed: 0 });
}
