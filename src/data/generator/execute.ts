import { UserError, type SampleTool, type ToolCall } from "../../protocol/index.ts";

/** What the generator needs of an outcome. */
interface Called {
  success: boolean;
  output: string;
  error: { type: string; message: string } | null;
  /** Why it was ended from outside. */
  killed?: string | null;
}

/** Runs a tool call; `ToolRegistry.call` is one. */
export type Call = (call: ToolCall) => Promise<Called>;

/** Runs one question's calls in order, in a workspace of their own that holds `files`, and with the question's own `tools`. */
export type Open = (question: { files?: Record<string, string>; tools?: readonly SampleTool[] }) => Call;

/** Programs in one run: it must end within a tool's time limit, and SymPy is slow at first. */
const BATCH = 30;
const SYMPY_BATCH = 5;

/** Several programs as one: each prints into a text of its own, and the texts come back as JSON lines. */
const batchOf = (programs: string[]) => `import contextlib, io, json
for program in json.loads(${JSON.stringify(JSON.stringify(programs))}):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, {"__name__": "__main__"})
    print(json.dumps(printed.getvalue()))
`;

/** Runs gold calls and programs, each different one once. */
export class Executor {
  private readonly printed = new Map<string, string>();

  constructor(private readonly call: Call) {}

  /** What each call prints, without the line's end, in the calls' order. Python runs in batches: a start costs most. */
  async outputs(calls: readonly ToolCall[]): Promise<string[]> {
    const fresh = new Map(calls.map((call) => [keyOf(call), call] as const).filter(([key]) => !this.printed.has(key)));
    const programs = [...fresh.values()].filter(({ name }) => name === "code_executor").map(codeOf);
    const ofSympy = (program: string) => program.includes("sympy");
    const others = [...fresh].filter(([, { name }]) => name !== "code_executor");
    // All at once: the sandbox lets in as many as it has places.
    await Promise.all([
      this.runBatches(programs.filter(ofSympy), SYMPY_BATCH),
      this.runBatches(
        programs.filter((program) => !ofSympy(program)),
        BATCH,
      ),
      ...others.map(async ([key, call]) => this.printed.set(key, printedBy(key, await this.call(call)).trimEnd())),
    ]);
    return calls.map((call) => this.printed.get(keyOf(call)) ?? "");
  }

  private async runBatches(programs: string[], size: number): Promise<void> {
    const count = Math.ceil(programs.length / size);
    const batches = Array.from({ length: count }, (_, i) => programs.slice(i * size, (i + 1) * size));
    await Promise.all(batches.map((batch) => this.runBatch(batch)));
  }

  private async runBatch(programs: string[]): Promise<void> {
    const outcome = await this.call(callOf(batchOf(programs)));
    if (outcome.killed === "timeout" && programs.length > 1) {
      // A busy machine: fewer at a time.
      return this.runBatches(programs, Math.ceil(programs.length / 2));
    }
    const lines = printedBy(programs[0] ?? "", outcome)
      .trimEnd()
      .split("\n");
    if (lines.length !== programs.length) throw new Error(`${programs.length} programs printed ${lines.length} texts.`);
    programs.forEach((program, i) => {
      this.printed.set(keyOf(callOf(program)), (JSON.parse(lines[i]!) as string).trimEnd());
    });
  }
}

/** What one call prints, without the line's end; where it may fail, what a model would be shown of that. */
export async function outputOf(call: Call, toolCall: ToolCall, mayFail: boolean): Promise<string> {
  const outcome = await call(toolCall);
  if (!mayFail || outcome.killed) return printedBy(keyOf(toolCall), outcome).trimEnd();
  if (outcome.success) throw new Error(`The gold call ${keyOf(toolCall)} was to fail, and did not.`);
  return `error: ${outcome.error?.type}: ${outcome.error?.message}`;
}

/** The output; a gold call that fails is a mistake of its template, unless the machine is too slow for it. */
function printedBy(what: string, { success, output, error, killed }: Called): string {
  if (success) return output;
  if (killed) throw new UserError(`A computation was stopped (${killed}): close other programs and try again.`);
  throw new Error(`The gold call ${what} failed: ${error?.type}: ${error?.message}`);
}

const callOf = (code: string): ToolCall => ({ name: "code_executor", arguments: { code } });
const codeOf = (call: ToolCall) => String(call.arguments.code);
const keyOf = (call: ToolCall) => JSON.stringify([call.name, call.arguments]);
