import { ADAPTER_FILES, UserError, type AdapterFiles } from "../../protocol/index.ts";

/** Where an adapter lies among files: the paths of its two files, and the name of the folder that they are in. */
interface AdapterPlace {
  paths: Record<keyof AdapterFiles, string>;
  /** Empty where they lie in no folder. */
  folder: string;
}

const [CONFIG, WEIGHTS] = ADAPTER_FILES;
const CHOOSE = "Choose the folder that PEFT wrote, a zip of it, or its two files.";

/**
 * Finds an adapter among the paths of files: those of a folder, of a zip, or two that were chosen. Where folders lie in one
 * another, as with a trainer's checkpoints, the outermost counts. `what` names the whole in errors. UserError in one
 * sentence: a file is missing, or both, or there are several adapters.
 */
export function locateAdapter(paths: readonly string[], what: string): AdapterPlace {
  const folders = new Map<string, Set<string>>();
  for (const path of paths) {
    const parts = path.split(/[\\/]/);
    const name = parts.pop() ?? "";
    const folder = parts.join("/");
    folders.set(folder, (folders.get(folder) ?? new Set()).add(name));
  }
  const whole = [...folders].filter(([, names]) => names.has(CONFIG) && names.has(WEIGHTS)).map(([folder]) => folder);
  const outermost = whole.filter((folder) => depth(folder) === Math.min(...whole.map(depth)));
  const [folder, second] = outermost;
  if (folder === undefined) throw incomplete(new Set([...folders.values()].flatMap((names) => [...names])), what);
  if (second !== undefined) {
    throw new UserError(
      `${what} holds ${outermost.length} adapters, ${folder} and ${second}${outermost.length > 2 ? " among them" : ""}: choose one of their folders.`,
    );
  }
  const at = (name: string) =>
    paths.find((path) => path.replaceAll("\\", "/") === (folder ? `${folder}/${name}` : name))!;
  return { paths: { [CONFIG]: at(CONFIG), [WEIGHTS]: at(WEIGHTS) }, folder: folder.split("/").pop() ?? "" };
}

function incomplete(names: Set<string>, what: string): UserError {
  const [hasConfig, hasWeights] = [names.has(CONFIG), names.has(WEIGHTS)];
  if (hasConfig && hasWeights)
    return new UserError(`${what} has ${CONFIG} and ${WEIGHTS} in different folders: put them into one.`);
  if (names.has("adapter_model.bin")) {
    return new UserError(
      `${what} has its weights in adapter_model.bin, which can hold any program: save it with safe_serialization=True as ${WEIGHTS}.`,
    );
  }
  if (hasConfig) return new UserError(`${what} lacks ${WEIGHTS}, the weights of the adapter. ${CHOOSE}`);
  if (hasWeights) return new UserError(`${what} lacks ${CONFIG}, which says how the weights are used. ${CHOOSE}`);
  return new UserError(`${what} is no adapter: it has neither ${CONFIG} nor ${WEIGHTS}. ${CHOOSE}`);
}

function depth(folder: string): number {
  return folder === "" ? 0 : folder.split("/").length;
}
