import { UserError, type Random } from "../../protocol/index.ts";
import type { Connection } from "./connection.ts";
import { ServerLostError, Trouble } from "./errors.ts";
import { listServed } from "./identity.ts";

/** Tries that a request gets. */
export const TRIES = 5;
const FIRST_WAIT_MS = 500;
/** Where a server has too much to do: pages are seldom let see its Retry-After. */
const FIRST_WAIT_BUSY_MS = 2000;
const LONGEST_WAIT_MS = 20_000;
/** Seconds beyond which a server that asks to wait is given up. */
const MOST_PATIENCE = 120;
/** Refusals that the next request would meet as well: of the key, of the address, of more work. */
const OF_ALL = [401, 403, 404, 429, 503];

export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/**
 * Does `work` until it succeeds: again after refusals that pass, with waits that double and differ, so that requests do not
 * come back together. UserError: the last try failed too, though the server answers others. ServerLostError: it does not.
 */
export async function persist<T>(
  connection: Connection,
  random: Random,
  wait: Wait,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !(error instanceof Trouble)) throw error;
      const pause = waitBefore(tried, error, random);
      if (pause === null) throw await explained(connection, error, tried, signal);
      await wait(pause, signal);
    }
  }
}

/** Does `work` a single time, for a person who is waiting. UserError: it failed. */
export async function once<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Trouble ? new UserError(sentenceOf(connection, error, 1)) : error;
  }
}

/** Milliseconds until the next try; null: there is none. */
function waitBefore(tried: number, { passing, status, after }: Trouble, random: Random): number | null {
  if (!passing || tried >= TRIES || (after !== null && after > MOST_PATIENCE)) return null;
  const doubled = Math.min(LONGEST_WAIT_MS, (status === 429 ? FIRST_WAIT_BUSY_MS : FIRST_WAIT_MS) * 2 ** (tried - 1));
  return Math.max((after ?? 0) * 1000, doubled * (0.5 + random.next() / 2));
}

/** Waits; rejects with the signal's reason when it is aborted meanwhile. */
export const pause: Wait = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });

async function explained(connection: Connection, trouble: Trouble, tried: number, signal: AbortSignal): Promise<Error> {
  const sentence = sentenceOf(connection, trouble, tried);
  const lost = OF_ALL.includes(trouble.status) || (trouble.passing && !(await answers(connection, signal)));
  return lost ? new ServerLostError(sentence) : new UserError(sentence);
}

/** Whether the server is there at all: then it is this request that it cannot answer. */
async function answers(connection: Connection, signal: AbortSignal): Promise<boolean> {
  try {
    await listServed(connection, signal);
    return true;
  } catch (error) {
    // It may have no list, and says so.
    return error instanceof Trouble && !error.passing;
  }
}

/** What a person is told: the address, what happened, and the way out. */
function sentenceOf({ url, hasKey, endpoint }: Connection, trouble: Trouble, tried: number): string {
  const times = tried > 1 ? `, ${tried} times` : "";
  const { kind, message, status, after } = trouble;
  if (kind === "network") {
    return `${url} could not be reached (${message}${times}): see that the server runs there and admits this page (Ollama: OLLAMA_ORIGINS, vLLM: --allowed-origins, llama.cpp: --cors-origins, LM Studio: Enable CORS).`;
  }
  const said = message ? `: ${message.replace(/[.:\s]+$/, "")}` : "";
  if (kind === "broken")
    return `${url} answered, but not to the end (${message}${times}): try again, or look into its log.`;
  const answered = `${url} answered with status ${status}${times}${said}`;
  if (status === 401 || status === 403) {
    return hasKey ? `${answered}: check the key.` : `${answered}: it asks for a key, so give one.`;
  }
  if (status === 404) return `${answered}: check the address${endpoint.model && ` and the model ${endpoint.model}`}.`;
  if (after !== null && after > MOST_PATIENCE)
    return `${answered}: it asks to wait ${Math.ceil(after)} seconds, so go on then.`;
  return trouble.passing ? `${answered}: try again when the server is well.` : `${answered}: change what is asked.`;
}
