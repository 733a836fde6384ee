import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";
import { homeDirectory, preparedModels, PREPARABLE } from "../../trainer-server/server/index.ts";
import { PythonEnvironment } from "../../trainer-server/server/python.ts";
import { getModel, listModels } from "../models/index.ts";
import { sha256, UserError } from "../protocol/index.ts";
import { readFile } from "node:fs/promises";
import { readArguments, UsageError } from "./arguments.ts";
import { note, print, progress } from "./output.ts";

export const help = `Usage: agentcoder models list | prepare ID | check ID   [--json]

list     the catalog, and what is prepared on this machine
prepare  downloads and converts a model's weights (${PREPARABLE.join(", ")}) under $AGENTCODER_HOME/models/base
check    compares every file of a model with its sha256 and shows the agreement that the conversion measured`;

const CLONE = resolve(import.meta.dirname, "../..");
const base = () => join(homeDirectory(), "models", "base");

/** `agentcoder models`. */
export async function models(argv: string[]): Promise<number> {
  const { values, names } = readArguments(argv, {}, 2);
  const [action, id] = names;
  if (values["help"] || action === undefined) return (print(help), values["help"] ? 0 : 2);
  const json = values["json"] === true;
  if (action === "list") {
    if (id !== undefined) throw new UsageError(`"${id}" is one argument too many: models list takes none.`);
    return listAll(json);
  }
  if (action !== "prepare" && action !== "check")
    throw new UsageError(`"${action}" is no action of models: see --help.`);
  if (id === undefined) throw new UsageError(`models ${action} needs a model's id: see --help.`);
  getModel(id);
  return action === "prepare" ? prepare(id, json) : check(id, json);
}

async function listAll(json: boolean): Promise<number> {
  const prepared = await preparedModels(base());
  const rows = listModels().map(({ id, title, origin, license, parameters }) => {
    const ready = origin !== "server" || prepared.includes(id);
    return { id, title, license, parameters, ready };
  });
  if (json) print(JSON.stringify(rows));
  else
    for (const row of rows)
      print(`${row.id.padEnd(16)} ${row.ready ? "ready  " : "prepare"} ${row.title} (${row.license})`);
  return 0;
}

async function prepare(id: string, json: boolean): Promise<number> {
  if (!PREPARABLE.includes(id))
    throw new UserError(`${id} needs no preparation: ${PREPARABLE.join(", ")} can be prepared.`);
  const python = new PythonEnvironment(homeDirectory(), join(CLONE, "trainer-server", "requirements.txt"));
  if (python.state !== "ready") note("Preparing the Python environment (once; several minutes) ...");
  const program = await python.ready().catch((error: Error) => {
    throw new UserError(error.message);
  });
  const output = join(base(), id);
  const args = ["-m", "trainer.convert", "--preset", id, "--output", output, "--progress", "json"];
  const child = spawn(program, args, { cwd: join(CLONE, "trainer-server"), stdio: ["ignore", "pipe", "inherit"] });
  const stop = () => child.kill("SIGTERM");
  process.once("SIGINT", stop);
  createInterface({ input: child.stdout }).on("line", (line) => {
    try {
      const report = JSON.parse(line) as { progress: number; message: string };
      progress(`${Math.round(report.progress * 100)} % ${report.message}`);
    } catch {
      note(line);
    }
  });
  const code = await new Promise<number | null>((done, failed) => child.on("error", failed).on("close", done));
  process.removeListener("SIGINT", stop);
  if (code !== 0) return 1;
  progress("");
  return check(id, json);
}

async function check(id: string, json: boolean): Promise<number> {
  const places = [join(base(), id), join(CLONE, "public", "models", id)];
  const directory = places.find((place) => existsSync(join(place, "manifest.json")));
  if (!directory) throw new UserError(`${id} is not on this machine: run \`npx agentcoder models prepare ${id}\`.`);
  const manifest = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8")) as {
    files: { path: string; sha256: string }[];
    parity?: Record<string, number>;
  };
  const damaged: string[] = [];
  for (const file of manifest.files) {
    progress(`Checking ${file.path}`);
    const data = await readFile(join(directory, file.path)).catch(() => null);
    if (!data || (await sha256(new Uint8Array(data))) !== file.sha256) damaged.push(file.path);
  }
  progress("");
  if (damaged.length > 0) {
    throw new UserError(`${id}: ${damaged.join(", ")} in ${directory} is missing or damaged: prepare the model again.`);
  }
  const parity = manifest.parity ?? {};
  if (json) print(JSON.stringify({ id, directory, files: manifest.files.length, parity }));
  else {
    print(`${id}: ${manifest.files.length} files as published, in ${directory}`);
    for (const [dtype, top1] of Object.entries(parity)) print(`  ${dtype.padEnd(6)} top-1 agreement ${top1}`);
  }
  return 0;
}
