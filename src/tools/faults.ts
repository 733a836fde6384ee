import { createRandom, UserError, type Fault, type Random } from "../protocol/index.ts";
import { failure, type ToolContext, type ToolOutcome } from "./tool.ts";

/** timeout and error: the tool is not run; wrong: its output is changed; slow: it answers two seconds late. */
export const FAULTS: readonly Fault[] = ["timeout", "error", "wrong", "slow"];

/** The probability of each fault in one call; together at most 1. */
export type FaultRates = Readonly<Partial<Record<Fault, number>>>;

const SLOW_SECONDS = 2;
const SYNTAX = "write a fault and its probability, such as timeout=0.1,error=0.2";

/** Reads `timeout=0.1,error=0.2`. UserError naming the part that cannot be read. */
export function parseFaults(spec: string): FaultRates {
  const rates: Partial<Record<Fault, number>> = {};
  for (const part of spec.split(",")) {
    const [name = "", probability = "", ...rest] = part.split("=").map((text) => text.trim());
    const fault = FAULTS.find((known) => known === name);
    if (!fault) throw new UserError(`Faults, "${part}": ${SYNTAX}; the faults are ${FAULTS.join(", ")}.`);
    if (rates[fault] !== undefined) throw new UserError(`Faults: ${fault} is given twice.`);
    const rate = Number(probability);
    if (probability === "" || rest.length > 0 || !(rate >= 0 && rate <= 1)) {
      throw new UserError(`Faults, "${part}": the probability lies between 0 and 1.`);
    }
    rates[fault] = rate;
  }
  if (sum(rates) > 1 + 1e-9) throw new UserError("Faults: the probabilities are more than 1 together.");
  return rates;
}

const sum = (rates: FaultRates) => Object.values(rates).reduce((total, rate) => total + rate, 0);

/** The fault of a call, or null: the same for the same seed and step, whatever the model and the tool. */
export function drawFault(rates: FaultRates, seed: number, step: number): Fault | null {
  let left = randomOf(seed, step).next();
  for (const fault of FAULTS) {
    left -= rates[fault] ?? 0;
    if (left < 0) return fault;
  }
  return null;
}

const randomOf = (seed: number, step: number) => createRandom(`fault:${seed}:${step}`);

/** Runs a call with a fault in it. `injected` in the outcome says so, where the fault changed anything. */
export async function withFault(
  fault: Fault,
  run: () => Promise<ToolOutcome>,
  { seed = 0, step = 0, signal }: Pick<ToolContext, "seed" | "step" | "signal">,
): Promise<ToolOutcome> {
  if (fault === "timeout") {
    return failure("TimeoutError", "the tool did not answer in time", { killed: "timeout", injected: fault });
  }
  if (fault === "error") {
    return failure("ToolError", "the tool is not available at the moment, try again", { injected: fault });
  }
  if (fault === "slow") {
    await pause(SLOW_SECONDS * 1000, signal);
    const outcome = await run();
    return { ...outcome, execution_time: outcome.execution_time + SLOW_SECONDS, injected: fault };
  }
  const outcome = await run();
  if (!outcome.success) return outcome;
  const random = randomOf(seed, step);
  random.next();
  return { ...outcome, output: wrongText(outcome.output, random), injected: fault };
}

/** Waits, but not beyond a cancellation. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => (clearTimeout(timer), resolve());
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

const OPPOSITES: Record<string, string> = { True: "False", False: "True", true: "false", false: "true" };

/** Another text of the same kind: another digit, else the opposite, else other words. Never the text itself. */
function wrongText(text: string, random: Random): string {
  const digits = [...text.matchAll(/\d/g)];
  if (digits.length > 0) {
    const { index } = random.pick(digits);
    const digit = String((Number(text[index]) + random.integer(1, 9)) % 10);
    return text.slice(0, index) + digit + text.slice(index + 1);
  }
  const opposite = text.replace(/\b(True|False|true|false)\b/, (word) => OPPOSITES[word] ?? word);
  if (opposite !== text) return opposite;
  const backwards = text.split(" ").reverse().join(" ");
  if (backwards !== text) return backwards;
  return text.trim() === "" ? "0" : `not ${text}`;
}
