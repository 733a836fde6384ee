import {
  eventSplitter,
  isObject,
  messageOf,
  UserError,
  type Endpoint,
  type RemoteAccess,
} from "../../protocol/index.ts";
import { saidBy, Trouble } from "./errors.ts";

/** How long a server may be silent, in milliseconds: a long prompt on a slow machine takes minutes. */
const SILENCE_MS = 300_000;
/** Bytes that one answer may have. */
const LARGEST_ANSWER = 16 * 2 ** 20;

/** One person's server, as it is asked: the only place that knows the key. */
export class Connection {
  /** Where the server's own routes begin, those that no `/v1` stands before. */
  readonly root: string;
  readonly url: string;
  private readonly key: string | undefined;

  constructor(
    readonly endpoint: Endpoint,
    access: RemoteAccess,
    private readonly silenceMs = SILENCE_MS,
  ) {
    this.url = endpoint.url.replace(/\/+$/, "");
    this.root = this.url.replace(/\/v1$/, "");
    this.key = access.key?.trim() || undefined;
    // The browser's own complaint about a header would show it.
    if (this.key && !/^[\x21-\x7e]+$/.test(this.key)) {
      throw new UserError("The key has characters that no key has: copy it again.");
    }
  }

  get hasKey(): boolean {
    return this.key !== undefined;
  }

  /** One answer as JSON. Trouble: there is none. */
  async json(url: string, body?: object, signal?: AbortSignal): Promise<unknown> {
    let text = "";
    await this.receive(url, body, signal, (piece) => (text += piece));
    return this.parse(text);
  }

  /**
   * Asks for a stream of server-sent events and hands over each one's value; a whole answer where the server does not
   * stream. `onEvent` ends the stream by giving true. Resolves with whether the server or `onEvent` said that it is whole.
   * Trouble: refused, cut off, or not to be read.
   */
  async stream(url: string, body: object, signal: AbortSignal, onEvent: (value: unknown) => boolean): Promise<boolean> {
    const early = new AbortController();
    let whole = "";
    let done = false;
    const split = eventSplitter((data) => {
      if (done) return;
      done = data.trim() === "[DONE]";
      if (!done && onEvent(this.parse(data))) {
        done = true;
        early.abort();
      }
    });
    try {
      await this.receive(url, body, AbortSignal.any([signal, early.signal]), (piece, events) => {
        if (events) split(piece);
        else whole += piece;
      });
      // The last message may lack the empty line behind it.
      if (whole === "") split("\n\n");
      else onEvent(this.parse(whole));
      return done || whole !== "";
    } catch (error) {
      // What breaks behind the end takes nothing away.
      if (!done) throw error;
      return true;
    }
  }

  private async receive(
    url: string,
    body: object | undefined,
    signal: AbortSignal | undefined,
    onPiece: (piece: string, events: boolean) => void,
  ): Promise<void> {
    const silence = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), this.silenceMs);
    };
    heard();
    try {
      const response = await fetch(url, {
        ...this.request(body),
        signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
      });
      heard();
      const events = response.headers.get("content-type")?.includes("text/event-stream") ?? false;
      let refusal = "";
      let size = 0;
      const decoder = new TextDecoder();
      const reader = response.body?.getReader();
      for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
        heard();
        size += part.value.byteLength;
        if (size > LARGEST_ANSWER) {
          await reader?.cancel();
          throw new UserError(`${this.url} answered with more than 16 MiB: ask for fewer tokens.`);
        }
        const piece = decoder.decode(part.value, { stream: true });
        if (response.ok) onPiece(piece, events);
        else refusal += piece;
      }
      if (!response.ok) throw this.refused(response, refusal);
      onPiece(decoder.decode(), events);
    } catch (error) {
      if (signal?.aborted || error instanceof Trouble || error instanceof UserError) throw error;
      if (silence.signal.aborted) throw new Trouble("network", `nothing came for ${this.silenceMs / 1000} seconds`);
      throw new Trouble("network", messageOf(error));
    } finally {
      clearTimeout(timer);
      // What cannot be read is not received to its end either.
      silence.abort();
    }
  }

  private request(body: object | undefined): RequestInit {
    return {
      method: body ? "POST" : "GET",
      headers: {
        ...(body && { "Content-Type": "application/json" }),
        ...(this.key && { Authorization: `Bearer ${this.key}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      // Prompts and the key go to the address that the person gave, and nowhere else.
      redirect: "error",
    };
  }

  private refused({ status, headers }: Response, body: string): Trouble {
    return new Trouble("status", saidBy(body, this.key), status, secondsIn(headers.get("retry-after")));
  }

  /** A message of the server; Trouble: it is not JSON, or says that something went wrong. */
  private parse(text: string): unknown {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Trouble("broken", "what came is not JSON");
    }
    const error = isObject(value) ? value.error : undefined;
    if (!error) return value;
    const code = isObject(error) && typeof error.code === "number" ? error.code : 0;
    throw new Trouble(code >= 400 ? "status" : "broken", saidBy(text, this.key), code);
  }
}

/** A Retry-After header: seconds, or a date (RFC 9110, 10.2.3). */
function secondsIn(header: string | null): number | null {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
