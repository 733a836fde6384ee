import { Type } from "typebox";
import { Value } from "typebox/value";
import { UserError, type ExecRequest } from "../protocol/index.ts";
import { number, readArguments, text, UsageError } from "./arguments.ts";
import { inBrowser, unwrap } from "./browser.ts";
import { note, open, print, progress } from "./output.ts";

export const help = `Usage: agentcoder exec (--code TEXT | --file F.py | --jsonl F) [--timeout SECONDS] [--memory MB] [--json]

Runs Python in the sealed sandbox. --jsonl runs one program a row ({"id","code","timeout"?,"memory"?,"files"?}) and
prints one result a row, in the same order. Exit code 1 when a single program did not succeed.`;

/** What a row must be to be run; whatever else it has comes along. */
const Row = Type.Object({
  code: Type.String(),
  timeout: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  memory: Type.Optional(Type.Number({ minimum: 1 })),
  files: Type.Optional(Type.Record(Type.String(), Type.String())),
});

/** `agentcoder exec`. */
export async function exec(argv: string[]): Promise<number> {
  const string = { type: "string" } as const;
  const options = { code: string, file: string, jsonl: string, timeout: string, memory: string };
  const { values } = readArguments(argv, options);
  if (values["help"]) return (print(help), 0);
  const given = ["code", "file", "jsonl"].filter((name) => values[name] !== undefined);
  if (given.length !== 1) throw new UsageError("Give exactly one of --code, --file and --jsonl: see --help.");
  const timeout = number(values, "timeout", { min: 0.001, integer: false });
  const memory = number(values, "memory", { min: 1 });
  const limits = { ...(timeout !== undefined && { timeout }), ...(memory !== undefined && { memory }) };
  const [code, file, jsonl] = [text(values, "code"), text(values, "file"), text(values, "jsonl")];
  const rows =
    jsonl !== undefined
      ? readRows(await open(jsonl), jsonl).map((row) => ({ ...limits, ...row }))
      : [{ ...limits, code: code ?? (await open(file ?? "")) }];
  const results = await inBrowser(
    async (page) => unwrap(await page.evaluate((all) => window.agentcoder.exec(all), rows)),
    (kind, value) => {
      if (kind === "row") progress(`${(value as { done: number }).done} of ${rows.length} programs`);
    },
  );
  progress("");
  if (jsonl !== undefined) {
    for (const result of results) print(JSON.stringify(result));
    return results.some(({ killed }) => killed === "cancelled") ? 1 : 0;
  }
  const [result] = results;
  if (!result) throw new Error("The sandbox gave no result.");
  if (values["json"]) print(JSON.stringify(result));
  else {
    if (result.output) process.stdout.write(result.output.endsWith("\n") ? result.output : `${result.output}\n`);
    if (result.stderr) process.stderr.write(result.stderr);
    if (result.killed) note(`killed: ${result.killed}`);
    if (result.error) note(`${result.error.type}: ${result.error.message}`);
  }
  return result.success ? 0 : 1;
}

function readRows(content: string, place: string): ExecRequest[] {
  return content.split("\n").flatMap((line, index) => {
    if (!line.trim()) return [];
    const where = `${place}, row ${index + 1}`;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      throw new UserError(`${where}: this is not JSON.`);
    }
    if (Value.Check(Row, row)) return [row as ExecRequest];
    const [first] = Value.Errors(Row, row);
    const field = first?.instancePath.slice(1).replaceAll("/", ".");
    throw new UserError(field ? `${where}, field ${field}: ${first?.message}.` : `${where}, field code: missing.`);
  });
}
