import { createRandom, UserError, type Sample, type ToolCall } from "../../protocol/index.ts";
import { Executor, outputOf, type Call, type Open } from "./execute.ts";
import { plan, type SampleOrder, type Slot } from "./plan.ts";
import { NEWEST_SET, templateSet, type SetName } from "./sets.ts";
import { python, type Draft, type Template } from "./template.ts";

export { SET_NAMES, type SetName } from "./sets.ts";
export type { SampleOrder } from "./plan.ts";

export interface GeneratorOptions {
  /** Same seed, same samples. */
  seed: number;
  /** Runs the gold calls, e.g. `(call) => tools.call(call)`. */
  call: Call;
  /** Runs the gold calls of questions with files or tools of their own; `goldCalls` of the evaluation floor gives both. */
  open?: Open;
  /** The templates; those of the newest published dataset by default. */
  set?: SetName;
}

/** Attempts at one sample: first for a question that was not asked yet, later for other words of one that was. */
const NEW_QUESTION = 20;
const ATTEMPTS = 200;
/** Attempts after which the next template of the same kind is tried. */
const PATIENCE = 40;

/** A question with everything that was computed about it. */
interface Made {
  slot: Slot;
  template: Template;
  draft: Draft;
  prompt: string;
  calls: ToolCall[];
  /** What the calls print last, or the answer. */
  answer: string;
}

/** Makes labelled questions from templates. Answers are never typed: the gold calls are run, and the program beside them. */
export class SampleGenerator {
  constructor(private readonly options: GeneratorOptions) {}

  /** Samples, balanced over categories, difficulties and splits. UserError: options that cannot be, or too many samples. */
  async generate(options: SampleOrder): Promise<Sample[]> {
    const { seed, call, open: openFor, set = NEWEST_SET } = this.options;
    if (!Number.isSafeInteger(seed)) throw new UserError(`The seed is ${seed}: it must be a whole number.`);
    const executor = new Executor(call);
    const slots = plan(options, await templateSet(set), createRandom(`${seed}/plan`));
    const taken = { prompts: new Set<string>(), keys: new Set<string>() };
    const made = new Map<Slot, Made>();
    let open = slots.map((slot) => ({ slot, attempt: 0 }));
    while (open.length > 0) {
      const drawn = open.map(({ slot, attempt }) => this.draw(slot, attempt, taken));
      const computed = await compute(drawn, executor, openFor);
      open = drawn.flatMap(({ slot, attempt, ...rest }, i) => {
        const answered = { ...rest, ...computed[i]! };
        if (!givesAway(answered)) {
          made.set(slot, { slot, ...answered });
          return [];
        }
        taken.prompts.delete(rest.prompt);
        return [{ slot, attempt: attempt + 1 }];
      });
    }
    const counts = new Map<string, number>();
    return slots.map((slot) => {
      const { template, ...rest } = made.get(slot)!;
      const count = (counts.get(template.id) ?? 0) + 1;
      counts.set(template.id, count);
      return toSample(`${template.id}-s${seed}-${count}`, template, rest);
    });
  }

  /** A draft whose prompt is new, and as long as possible its question, too. */
  private draw(slot: Slot, from: number, { prompts, keys }: { prompts: Set<string>; keys: Set<string> }) {
    for (let attempt = from; attempt < ATTEMPTS; attempt++) {
      const template = slot.templates[Math.floor(attempt / PATIENCE) % slot.templates.length]!;
      const random = createRandom(`${this.options.seed}/${slot.index}/${attempt}`);
      const draft = template.draw(random, slot.difficulty);
      const prompt = `${slot.opener} ${draft.body}`;
      const key = `${template.id}/${draft.key}`;
      if (prompts.has(prompt) || (keys.has(key) && attempt % PATIENCE < NEW_QUESTION)) continue;
      prompts.add(prompt);
      keys.add(key);
      return { slot, attempt, template, draft, prompt };
    }
    throw new UserError("There are not that many different questions of this kind: ask for fewer samples.");
  }
}

/** Runs the gold calls of many drafts, one step of all of them at a time, and their programs; both must agree. */
async function compute(
  drawn: { draft: Draft }[],
  executor: Executor,
  open?: Open,
): Promise<{ calls: ToolCall[]; answer: string }[]> {
  const plain = drawn.filter(({ draft }) => !isApart(draft));
  const together = await computeTogether(plain, executor);
  const computed = new Map(plain.map((one, i) => [one, together[i]!]));
  return Promise.all(drawn.map(async (one) => computed.get(one) ?? (await computeApart(one.draft, open))));
}

/** Whether a question's calls need a workspace, tools of their own, or may fail: such calls are run one by one. */
const isApart = ({ files, tools, mayFail }: Draft) =>
  files !== undefined || tools !== undefined || mayFail !== undefined;

async function computeApart(draft: Draft, open?: Open): Promise<{ calls: ToolCall[]; answer: string }> {
  if (!open) throw new UserError("These questions bring files or tools: give the generator `open` (see goldCalls).");
  const { files, tools, mayFail = [], program, answer } = draft;
  const question = { ...(files && { files }), ...(tools && { tools }) };
  const call = open(question);
  const calls: ToolCall[] = [];
  let before = "";
  for (const [i, next] of draft.calls.entries()) {
    calls.push(next(before));
    before = await outputOf(call, calls[i]!, mayFail.includes(i));
  }
  // In a workspace as it was at the start, and with Python, which the question itself may not list.
  const printed =
    program === undefined ? undefined : await outputOf(open({ ...(files && { files }) }), python(program), false);
  if (calls.length > 0 && printed !== undefined) expectEqual(draft, before, printed);
  return { calls, answer: printed ?? answer ?? before };
}

async function computeTogether(
  drawn: { draft: Draft }[],
  executor: Executor,
): Promise<{ calls: ToolCall[]; answer: string }[]> {
  const states = drawn.map(({ draft }) => ({ draft, calls: [] as ToolCall[], before: "" }));
  const longest = Math.max(0, ...states.map(({ draft }) => draft.calls.length));
  for (let step = 0; step < longest; step++) {
    const running = states.filter(({ draft }) => draft.calls.length > step);
    for (const state of running) state.calls.push(state.draft.calls[step]!(state.before));
    const outputs = await executor.outputs(running.map(({ calls }) => calls[step]!));
    running.forEach((state, i) => (state.before = outputs[i]!));
  }
  const programmed = states.filter(({ draft }) => draft.program !== undefined);
  const printed = await executor.outputs(programmed.map(({ draft }) => python(draft.program!)));
  const programs = new Map(programmed.map((state, i) => [state, printed[i]!]));
  return states.map((state) => {
    const { draft, calls, before } = state;
    const program = programs.get(state);
    if (calls.length > 0 && program !== undefined) expectEqual(draft, before, program);
    return { calls, answer: program ?? draft.answer ?? before };
  });
}

function expectEqual({ body }: Draft, before: string, program: string): void {
  if (program !== before) throw new Error(`"${body}": the gold calls print ${before}, the program prints ${program}.`);
}

/** Whether a question that needs a tool shows its own answer: as a number, a word or a formula. */
function givesAway({ template, prompt, answer }: Pick<Made, "template" | "prompt" | "answer">): boolean {
  if (template.category !== "execution_required") return false;
  if (!/^-?\w+$/.test(answer)) return prompt.replaceAll(" ", "").includes(answer.replaceAll(" ", ""));
  return prompt.split(/[^\w-]+/).some((token) => token === answer || token.replace(/^-/, "") === answer);
}

function toSample(
  id: string,
  template: Template,
  { draft, prompt, calls, answer, slot }: Omit<Made, "template">,
): Sample {
  const { optimal_tool, alternative_tools, reasoning, check, program, files, tools } = draft;
  return {
    id,
    prompt,
    optimal_tool,
    reasoning,
    difficulty: slot.difficulty,
    category: template.category,
    ground_truth_output: answer,
    alternative_tools,
    gold_answer: answer,
    ...(program !== undefined && { gold_program: program }),
    ...(calls.length > 0 && { gold_calls: calls }),
    check,
    template: template.id,
    ...(template.topic !== undefined && { topic: template.topic }),
    ...(files && { files }),
    ...(tools && { tools: [...tools] }),
    split: template.split,
  };
}
