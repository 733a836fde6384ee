import { PREPARABLE } from "../../trainer-server/server/index.ts";
import { getModel } from "../models/index.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { check } from "./models/check.ts";
import { listAll } from "./models/list.ts";
import { memory } from "./models/memory.ts";
import { prepare } from "./models/prepare.ts";
import { print } from "./output.ts";

export const help = `Usage: agentcoder models list | memory | prepare ID | check ID   [--json]

list     the catalog, and what is prepared on this machine
memory   what each model is predicted to take, by runtime, device and dtype
prepare  downloads and converts a model's weights (${PREPARABLE.join(", ")}) under $AGENTCODER_HOME/models/base
check    compares every file of a model with its sha256 and shows the agreement that the conversion measured`;

/** `agentcoder models`. */
export async function models(argv: string[]): Promise<number> {
  const { values, names } = readArguments(argv, {}, 2);
  const [action, id] = names;
  if (values["help"] || action === undefined) return (print(help), values["help"] ? 0 : 2);
  const json = values["json"] === true;
  if (action === "list" || action === "memory") {
    if (id !== undefined) throw new UsageError(`"${id}" is one argument too many: models ${action} takes none.`);
    return action === "list" ? listAll(json) : memory(json);
  }
  if (action !== "prepare" && action !== "check")
    throw new UsageError(`"${action}" is no action of models: see --help.`);
  if (id === undefined) throw new UsageError(`models ${action} needs a model's id: see --help.`);
  getModel(id);
  return action === "prepare" ? prepare(id, json) : check(id, json);
}
