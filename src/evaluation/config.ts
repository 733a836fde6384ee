import { Value } from "typebox/value";
import {
  DEFAULT_TOOLS,
  RunConfig,
  UserError,
  type Arm,
  type Capabilities,
  type LoadedModel,
  type ModelSpec,
} from "../protocol/index.ts";
import { checkEndpoint, getModel } from "../models/index.ts";
import { checkUserTools, parseFaults, parseSearch } from "../tools/index.ts";

const FIELDS = Object.keys(RunConfig.properties) as (keyof RunConfig)[];

/** The experiment that a model runs when nothing else is asked: the test split, free arm, greedy. UserError: unknown model. */
export function defaultConfig(model: string): RunConfig {
  return {
    model,
    runtime: getModel(model).runtime,
    device: "auto",
    dtype: "auto",
    dataset: "tool_use_v0",
    split: "test",
    limit: null,
    arms: ["free"],
    tools: [...DEFAULT_TOOLS],
    temperature: 0,
    topP: 1,
    maxTokens: 256,
    maxSteps: 6,
    seed: 0,
    repeats: 1,
  };
}

/** Reads a RunConfig of unknown origin: known fields only. UserError names the place and the first wrong field. */
export function parseConfig(value: unknown, place: string): RunConfig {
  if (Value.Check(RunConfig, value)) {
    checkUserTools(value.userTools ?? []);
    const given = FIELDS.flatMap((field) => (value[field] === undefined ? [] : [[field, value[field]]]));
    return Object.fromEntries(given) as RunConfig;
  }
  if (typeof value !== "object" || value === null) throw new UserError(`${place}: not a configuration.`);
  const [first] = Value.Errors(RunConfig, value);
  const missing = RunConfig.required.find((field) => !(field in value));
  if (missing) throw new UserError(`${place}, field ${missing}: missing.`);
  const field = first?.instancePath.slice(1).replaceAll("/", ".") ?? "";
  const said = first?.message === "schema is false" ? "there is no such field" : (first?.message ?? "not valid");
  throw new UserError(`${place}, field ${field}: ${said}.`);
}

/** Whether a configuration can be run: a UserError in one sentence where it cannot. Returns the model's catalog entry. */
export function validateConfig(config: RunConfig): ModelSpec {
  parseConfig(config, "Configuration");
  const spec = getModel(config.model, config.runtime);
  if (config.endpoint === undefined && spec.runtime === "remote") {
    throw new UserError(`${spec.title} needs an endpoint: say which server is asked, and for which of its models.`);
  }
  if (config.endpoint !== undefined) {
    if (spec.runtime !== "remote") {
      throw new UserError(
        `An endpoint is given, but ${spec.id} runs here and asks no server: leave one of the two out.`,
      );
    }
    checkEndpoint(config.endpoint);
  }
  const dtypes = config.device === "auto" ? Object.values(spec.dtypes).flat() : spec.dtypes[config.device];
  if (config.dtype !== "auto" && spec.runtime !== "scripted" && !dtypes.includes(config.dtype)) {
    const where = config.device === "auto" ? "" : ` on ${config.device}`;
    const offered = [...new Set(dtypes)].join(", ") || "none";
    throw new UserError(`${spec.id} does not come in ${config.dtype}${where}: choose one of ${offered}.`);
  }
  if (config.repeats > 1 && config.temperature === 0) {
    throw new UserError(
      `${config.repeats} repeats at temperature 0 would give the same answer ${config.repeats} times: set a temperature above 0, or 1 repeat.`,
    );
  }
  if (config.tools.length === 0 && config.arms.some((arm) => arm !== "no_tools")) {
    throw new UserError("No tool is listed: choose at least one, or only the arm no_tools.");
  }
  if (config.faults !== undefined) parseFaults(config.faults);
  if (config.search !== undefined) {
    parseSearch(config.search);
    if (!config.tools.includes("web_search")) {
      throw new UserError(
        "A live search is chosen, but the tool web_search is not listed: list it, or leave search out.",
      );
    }
  }
  return spec;
}

/** Refuses tools that nobody registered. */
export function validateTools(tools: readonly string[], known: readonly string[]): void {
  const unknown = tools.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UserError(`No tool is called "${unknown}": the known ones are ${known.join(", ") || "none"}.`);
  }
}

const NEEDS: Partial<Record<Arm, keyof Capabilities>> = { forced: "prefill", forbidden: "ban" };

/** Refuses what is beyond a loaded model, before the first sample. */
export function validateAbilities(config: RunConfig, { capabilities, spec }: LoadedModel): void {
  const { arms, constrainCalls, topK } = config;
  if (topK !== undefined && !capabilities.topK) {
    throw new UserError(`${spec.title} does not take top-k where it runs: leave that out.`);
  }
  if (constrainCalls && !capabilities.grammar) {
    throw new UserError(`${spec.id} cannot constrain its calls on its ${spec.runtime} runtime: leave that out.`);
  }
  for (const arm of arms) {
    const need = NEEDS[arm];
    if (need && !capabilities[need]) {
      throw new UserError(`The arm "${arm}" is beyond ${spec.id} on its ${spec.runtime} runtime: leave it out.`);
    }
  }
}
