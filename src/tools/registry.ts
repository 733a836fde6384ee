import { TOOL_NAME, UserError, type ToolCall, type ToolSchema } from "../protocol/index.ts";
import { explainArguments } from "./arguments.ts";
import { withFaults } from "./faults.ts";
import { failure, outcomeOf, type Tool, type ToolContext, type ToolFunction, type ToolOutcome } from "./tool.ts";

const NAME = new RegExp(TOOL_NAME);

/** The tools that a model may be offered, in the order of their registration. */
export class ToolRegistry {
  private readonly tools = new Map<string, Tool>();

  /**
   * Adds a tool under a name: a whole Tool, or a function with what prompts say about it. A function without
   * `parameters` takes any. UserError: the name is not one word, or it is taken.
   */
  register(name: string, work: ToolFunction | Tool, about: Partial<Omit<ToolSchema, "name">> = {}): this {
    if (!NAME.test(name)) {
      throw new UserError(`A tool cannot be called "${name}": use letters, digits, dots, - and _, at most 64 of them.`);
    }
    if (this.tools.has(name))
      throw new UserError(`A tool called "${name}" is registered already: unregister it first.`);
    const tool = typeof work === "function" ? { run: work } : { ...work, run: work.run.bind(work) };
    const defaults = { description: `Run ${name}.`, parameters: { type: "object" as const, properties: {} } };
    this.tools.set(name, { ...defaults, ...tool, ...about, name });
    return this;
  }

  /** Removes a tool; says whether there was one. */
  unregister(name: string): boolean {
    return this.tools.delete(name);
  }

  list(): Tool[] {
    return [...this.tools.values()];
  }

  /** What prompts list: these tools in this order, or all but those on request. UserError: one is not registered. */
  schemas(names: readonly string[] = this.unasked()): ToolSchema[] {
    return [...new Set(names)].map((wanted) => {
      const tool = this.tools.get(wanted);
      if (!tool) throw new UserError(`No tool is called "${wanted}": ${this.known()}.`);
      const { name, description, parameters } = tool;
      return { name, description, parameters };
    });
  }

  /** Runs a call. Whatever goes wrong is an outcome with an error that a model can learn from; never rejects. */
  async call(call: ToolCall, context: ToolContext = {}): Promise<ToolOutcome> {
    const tool = this.tools.get(call.name);
    if (!tool) {
      return failure("UnknownTool", `there is no tool "${call.name}"; ${this.known()}`, { kind: "unknown_tool" });
    }
    const problem = explainArguments(tool, call.arguments);
    if (problem !== null) return failure("ValidationError", problem, { kind: "invalid_arguments" });
    const run = () => this.run(tool, call, context);
    return context.faults ? withFaults(context.faults, run, context) : run();
  }

  private async run(tool: Tool, call: ToolCall, context: ToolContext): Promise<ToolOutcome> {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    try {
      return outcomeOf(await untilAborted(() => tool.run(call.arguments, context), context.signal), seconds());
    } catch (error) {
      if (error === CANCELLED) {
        return failure("Cancelled", "the call was cancelled", { killed: "cancelled", execution_time: seconds() });
      }
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      return failure(name, message, { execution_time: seconds() });
    }
  }

  private unasked(): string[] {
    return [...this.tools].flatMap(([name, { onRequest }]) => (onRequest ? [] : [name]));
  }

  private known(): string {
    const names = [...this.tools.keys()];
    return names.length > 0 ? `the known ones are ${names.join(", ")}` : "none is registered";
  }
}

const CANCELLED = Symbol("cancelled");

/** What the work returns; rejects with CANCELLED when the signal comes first, even if the work never ends. */
async function untilAborted(work: () => unknown, signal: AbortSignal | undefined): Promise<unknown> {
  if (!signal) return await work();
  if (signal.aborted) throw CANCELLED;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(CANCELLED);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
