/*
 * A worker that runs one JavaScript function body. The body is part of the worker's text, as the frame's policy makes no
 * code from texts; and a text that ends its function early runs before anything is known of its call. So what walls it in
 * is the frame's policy, and here the first statements, which name nothing but `this`: whatever stands below, in any
 * scope, cannot come before them. All further care is for honest programs.
 */

/** Ways to other programs: to ones that run beside this one, and to ones that it would start. A GPU is nothing it needs. */
const ALONE =
  '"use strict"; delete this.Worker; delete this.SharedWorker; delete this.BroadcastChannel; delete this.navigator.__proto__.gpu;';

/** 2026-01-01T00:00:00Z, where the time of a seeded program begins; as for Python (worker/determinism.ts). Milliseconds. */
const BEGIN = 1_767_225_600_000;

/**
 * Gives a function that runs the body: on the page's message, once. Whatever it needs it holds before the body begins.
 * One line in the end, so that the body's lines are the script's; therefore it has no comments.
 * Random numbers are sfc32, as in protocol/random.ts.
 */
const RUNNER = `
  (() => {
    const { stringify } = JSON;
    const encoder = new TextEncoder();
    const encode = encoder.encode.bind(encoder);
    const asText = String;
    const AT_ONCE = 100;
    const CHUNK = 16384;

    const define = (target, name, value) =>
      Object.defineProperty(target, name, { value, configurable: true, writable: true });

    const becomeDeterministic = (seed) => {
      let [a, b, c, d] = [seed >>> 0, 0x9e3779b9, Math.floor(seed / 2 ** 32) >>> 0, 1];
      const next = () => {
        const t = (((a + b) | 0) + d) | 0;
        d = (d + 1) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = ((c << 21) | (c >>> 11)) + t;
        return (t >>> 0) / 2 ** 32;
      };
      for (let i = 0; i < 15; i++) next();
      let elapsed = 0;
      const tick = () => (elapsed += 0.1);
      const now = () => Math.floor(${BEGIN} + tick());
      const fill = (view) => {
        const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
        for (let i = 0; i < bytes.length; i++) bytes[i] = next() * 256;
        return view;
      };
      const RealDate = Date;
      const SeededDate = new Proxy(RealDate, {
        apply: () => new RealDate(now()).toString(),
        construct: (target, given, made) => Reflect.construct(target, given.length > 0 ? given : [now()], made),
      });
      define(RealDate, "now", now);
      define(RealDate.prototype, "constructor", SeededDate);
      define(globalThis, "Date", SeededDate);
      define(Math, "random", next);
      define(performance, "now", tick);
      define(performance, "timeOrigin", ${BEGIN});
      define(crypto, "getRandomValues", fill);
    };

    const textOf = (value) => {
      if (typeof value === "string") return value;
      if (typeof value === "object" && value !== null) return stringify(value) ?? asText(value);
      return asText(value);
    };

    const outputTo = (send, limit) => {
      let left = limit;
      let writes = 0;
      const held = { stdout: "", stderr: "" };
      const flush = () => {
        for (const stream of ["stdout", "stderr"]) {
          if (held[stream] !== "") send({ type: "output", stream, bytes: encode(held[stream]) });
          held[stream] = "";
        }
      };
      const take = (length) => {
        if (left < 0) return false;
        left -= length;
        if (left >= 0) return true;
        flush();
        send({ type: "limit", reason: "output" });
        return false;
      };
      const write = (stream) => (...values) => {
        const line = values.map((value) => {
          try {
            return textOf(value);
          } catch {
            return "[unreadable]";
          }
        }).join(" ") + "\\n";
        if (left >= 0) held[stream] += line.slice(0, left);
        if (take(line.length) && (writes++ < AT_ONCE || held[stream].length > CHUNK)) flush();
      };
      return { flush, take, log: write("stdout"), warn: write("stderr") };
    };

    const fault = (error) => {
      try {
        if (error instanceof Error) return [asText(error.name) || "Error", asText(error.message)];
        return ["Error", textOf(error)];
      } catch {
        return ["Error", "its text could not be made"];
      }
    };

    const run = async (body, { nonce, args, seed, outputLimit }, send) => {
      const { flush, take, log, warn } = outputTo(send, outputLimit);
      define(globalThis, "console", { log, info: log, debug: log, warn, error: warn });
      if (seed !== null) becomeDeterministic(seed);
      let [value, errorType, errorMessage] = [null, null, ""];
      try {
        const returned = await body(args);
        if (returned !== undefined) value = textOf(returned);
      } catch (error) {
        [errorType, errorMessage] = fault(error);
      }
      if (!take((value ?? errorMessage).length)) return;
      flush();
      send({ type: "done", nonce, value, errorType, errorMessage });
    };

    return (body) => {
      addEventListener("message", ({ data: { port } }) => {
        const send = port.postMessage.bind(port);
        port.onmessage = ({ data }) => {
          port.onmessage = null;
          run(body, data, send);
        };
      }, { once: true });
    };
  })()`;

/** The script of a worker that runs this body as an async function of `args`; line n of the body is the script's line n. */
export function javaScriptWorker(body: string): string {
  return `${ALONE} ${RUNNER.replaceAll(/\s*\n\s*/g, " ")}(async (args) => {${body}\n});`;
}
