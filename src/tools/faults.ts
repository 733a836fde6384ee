import { createRandom, FAULTS, UserError, type Fault, type Random } from "../protocol/index.ts";
import { failure, type ToolContext, type ToolOutcome } from "./tool.ts";

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

/**
 * Runs a call, with a fault in it where one is drawn: the same for the same seed and step, whatever the model and the
 * tool. `injected` in the outcome says so, where the fault changed anything.
 */
export async function withFaults(
  rates: FaultRates,
  run: () => Promise<ToolOutcome>,
  { seed = 0, step = 0, signal }: Pick<ToolContext, "seed" | "step" | "signal">,
): Promise<ToolOutcome> {
  const random = createRandom(`fault:${seed}:${step}`);
  const injected = draw(rates, random.next());
  switch (injected) {
    case null:
      return run();
    case "timeout":
      return failure("TimeoutError", "the tool did not answer in time", { killed: "timeout", injected });
    case "error":
      return failure("ToolError", "the tool is not available at the moment, try again", { injected });
    case "slow": {
      await pause(SLOW_SECONDS * 1000, signal);
      const outcome = await run();
      return { ...outcome, execution_time: outcome.execution_time + SLOW_SECONDS, injected };
    }
    case "wrong": {
      const outcome = await run();
      return outcome.success ? { ...outcome, output: wrongText(outcome.output, random), injected } : outcome;
    }
  }
}

/** The fault whose share of [0, 1) a number lies in. */
function draw(rates: FaultRates, drawn: number): Fault | null {
  let left = drawn;
  for (const fault of FAULTS) {
    left -= rates[fault] ?? 0;
    if (left < 0) return fault;
  }
  return null;
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
