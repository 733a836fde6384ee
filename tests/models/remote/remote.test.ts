import { afterEach, beforeEach, describe, expect, it } from "vitest";
import fc from "fast-check";
import { parseTurn } from "../../../src/agent/parse.ts";
import { getModel, loadModel, renderPrompt } from "../../../src/models/index.ts";
import { TRIES } from "../../../src/models/remote/retry.ts";
import { connect, requestOf, TOOL } from "./doubles.ts";
import { startServer, type FakeServer } from "./server.ts";

let server: FakeServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

const CALL = '<tool_call>{"name":"code_executor","arguments":{"code":"print(3 * 4)"}}</tool_call>';

async function write(change: Parameters<typeof requestOf>[0] = {}, endpoint: Parameters<typeof connect>[1] = {}) {
  const { model, waits } = await connect(server, endpoint);
  let told = "";
  const [generation] = await model.generate([requestOf(change)], { onText: (_index, delta) => (told += delta) });
  return { generation: generation!, told, waits };
}

describe("the chat API", () => {
  it("is sent the task, the turns and the tools, and its text is told as it comes", async () => {
    server.answer = () => ({ text: "Grüße, 😀 welcome." });
    const { generation, told } = await write({ tools: [TOOL], temperature: 0.5, topP: 0.9, seed: 0xffffffff });
    expect(generation).toMatchObject({
      text: "Grüße, 😀 welcome.",
      stopReason: "end",
      usage: { promptTokens: 7, completionTokens: 5 },
      model: "remote",
      adapter: null,
    });
    expect(generation.timing.firstTokenMs).toBeLessThanOrEqual(generation.timing.totalMs);
    expect(told).toBe(generation.text);
    expect(server.asked[0]).toMatchObject({
      path: "/v1/chat/completions",
      body: {
        model: "tiny",
        max_tokens: 50,
        temperature: 0.5,
        top_p: 0.9,
        seed: 0x7fffffff,
        stream: true,
        messages: [
          { role: "system", content: "Answer the user, or call a tool." },
          { role: "user", content: "Okay, what is 3 * 4?" },
        ],
        tools: [{ type: "function", function: TOOL }],
      },
    });
    expect(server.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  it("offers no top-k where it is unknown", async () => {
    const { model } = await connect(server);
    expect(model.capabilities.topK).toBe(false);
  });

  it("lists no tools where there are none, and keeps a system message", async () => {
    await write({ messages: [{ role: "system", content: "Be brief." }, ...requestOf().messages] });
    expect(server.asked[0]?.body).not.toHaveProperty("tools");
    expect(server.asked[0]?.body.messages).toEqual([{ role: "system", content: "Be brief." }, ...requestOf().messages]);
  });

  it("writes structured calls as the canonical text, which is sent back as structures with its result", async () => {
    server.answer = () => ({ calls: [{ name: "code_executor", arguments: '{ "code": "print(3 * 4)" }' }] });
    const { generation, told } = await write({ tools: [TOOL] });
    expect(generation).toMatchObject({ text: CALL, stopReason: "tool_call" });
    expect(told).toBe(CALL);

    const turns = [
      { role: "assistant" as const, content: `Let me see. ${CALL}` },
      { role: "tool" as const, content: "12" },
      { role: "assistant" as const, content: CALL },
      { role: "tool" as const, content: "twelve" },
    ];
    await write({ tools: [TOOL], messages: [...requestOf().messages, ...turns] });
    const called = (id: string) => [
      { id, type: "function", function: { name: "code_executor", arguments: '{"code":"print(3 * 4)"}' } },
    ];
    expect(server.asked[1]?.body.messages?.slice(2)).toEqual([
      { role: "assistant", content: "Let me see.", tool_calls: called("call_1") },
      { role: "tool", content: "12", tool_call_id: "call_1" },
      { role: "assistant", content: null, tool_calls: called("call_2") },
      { role: "tool", content: "twelve", tool_call_id: "call_2" },
    ]);
  });

  it("reads any arguments back as they were, those that hold the markers too", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constantFrom("</tool_call>", "<tool_call>", "</b>"))),
        fc.string({ minLength: 1 }),
        async (given, name) => {
          server.answer = () => ({ calls: [{ name, arguments: JSON.stringify(given) }] });
          const { generation } = await write({ tools: [TOOL] });
          const { calls, malformed } = parseTurn(generation.text);
          expect(malformed).toBeNull();
          expect(calls.map(({ call }) => call)).toEqual([
            { name, arguments: JSON.parse(JSON.stringify(given)) as object },
          ]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("keeps every call of a turn, a call that is text already, and one that cannot be read", async () => {
    server.answer = () => ({
      text: "So: ",
      calls: [
        { name: "a", arguments: "" },
        { name: "b", arguments: "{}" },
      ],
    });
    const several = `So: <tool_call>{"name":"a","arguments":{}}</tool_call><tool_call>{"name":"b","arguments":{}}</tool_call>`;
    expect((await write()).generation.text).toBe(several);
    server.answer = () => ({ text: `${CALL} and more` });
    expect((await write()).generation).toMatchObject({ text: CALL, stopReason: "tool_call" });
    server.answer = () => ({ calls: [{ name: "a", arguments: '{"code": "pri' }], finish: "length" });
    const { generation } = await write();
    expect(generation.stopReason).toBe("length");
    expect(parseTurn(generation.text)).toMatchObject({
      calls: [],
      malformed: { reason: "The call is not valid JSON." },
    });
  });

  it("can neither prefill nor forbid, and gives no probabilities", async () => {
    const { model } = await connect(server);
    expect(model.capabilities).toMatchObject({ prefill: false, ban: false, logits: false, seed: false, batch: true });
    expect(model).toMatchObject({ device: "none", dtype: "none", width: 4, fallback: null });
  });
});

describe("the completions API", () => {
  const endpoint = { api: "completions" as const };

  it("is sent our own prompt, and goes on from a prefill", async () => {
    server.answer = () => ({ text: '{"name":"code_executor","arguments":{"code":"print(3 * 4)"}}</tool_call>\nDone.' });
    const { generation, told } = await write({ tools: [TOOL], prefill: "<tool_call>" }, endpoint);
    expect(generation).toMatchObject({ text: CALL, stopReason: "tool_call" });
    expect(told).toBe(CALL);
    const { path, body } = server.asked[0]!;
    expect(path).toBe("/v1/completions");
    expect(body.prompt).toBe(renderPrompt("chatml", requestOf().messages, [TOOL], "<tool_call>"));
    expect(body).not.toHaveProperty("stop");
  });

  it("tells a call that was closed from one that was not", async () => {
    server.answer = () => ({ text: CALL.replace("</tool_call>", "") });
    expect((await write({}, endpoint)).generation).toMatchObject({ stopReason: "end" });
    server.answer = () => ({ text: `${CALL}\n`, hang: true });
    expect((await write({}, endpoint)).generation).toMatchObject({ text: CALL, stopReason: "tool_call" });
    // The rest is not waited for.
    await expect.poll(() => server.dropped).toBe(1);
  });

  it("forbids the call where the server says that its marker is one token, and never lets it be completed", async () => {
    server.entries = [{ id: "tiny", owned_by: "vllm" }];
    server.routes["/tokenize"] = () => ({ tokens: [151657], count: 1 });
    server.answer = () => ({ text: "I would <tool_call>{}", piece: 5 });
    const { model } = await connect(server, endpoint);
    expect(model.capabilities).toMatchObject({ prefill: true, ban: true, seed: true });
    let told = "";
    const [generation] = await model.generate([requestOf({ banned: ["<tool_call>"] })], {
      onText: (_index, delta) => (told += delta),
    });
    expect(generation).toMatchObject({ text: "I would ", stopReason: "stop" });
    expect(told).toBe("I would ");
    expect(server.asked[0]?.body).toMatchObject({ logit_bias: { 151657: -100 }, top_k: -1, repetition_penalty: 1 });
    await model.generate([requestOf()]);
    expect(server.asked[1]?.body).not.toHaveProperty("logit_bias");
  });

  it("asks for top-k where it is understood, in place of the server's own", async () => {
    server.entries = [{ id: "tiny", owned_by: "vllm" }];
    const { model } = await connect(server, endpoint);
    expect(model.capabilities.topK).toBe(true);
    await model.generate([requestOf({ temperature: 1, topK: 40 })]);
    expect(server.asked.at(-1)?.body).toMatchObject({ top_k: 40 });
  });

  it("does not offer to forbid a marker of several tokens, nor where nobody says how it is cut", async () => {
    server.entries = [{ id: "tiny", owned_by: "llamacpp" }];
    server.routes["/tokenize"] = () => ({ tokens: [44, 19324, 79, 4350, 46] });
    expect((await connect(server, endpoint)).model.capabilities).toMatchObject({
      ban: false,
      prefill: true,
      seed: true,
    });
    server.routes = {};
    expect((await connect(server, endpoint)).model.capabilities.ban).toBe(false);
    server.entries = [{ id: "tiny", owned_by: "me" }];
    const { model } = await connect(server, endpoint);
    expect(model.capabilities).toMatchObject({ ban: false, seed: false });
    await model.generate([requestOf()]);
    // Fields of their own are sent only to servers that are known to have them.
    expect(server.asked[0]?.body).not.toHaveProperty("top_k");
  });

  it("counts tokens as the server does, and none where it does not", async () => {
    server.answer = () => ({ text: "Hi.", usage: null });
    expect((await write({}, endpoint)).generation.usage).toEqual({ promptTokens: 0, completionTokens: 0 });
    const timings = { prompt_n: 3, cache_n: 4, predicted_n: 2 };
    const chunk = { choices: [{ text: `${CALL} tail`, finish_reason: null }], timings };
    server.answer = () => ({ raw: `data: ${JSON.stringify(chunk)}\n\n` });
    expect((await write({}, endpoint)).generation.usage).toEqual({ promptTokens: 7, completionTokens: 2 });
    const odd = {
      choices: [{ text: "a", finish_reason: "stop" }],
      usage: { prompt_tokens: -1, completion_tokens: "9" },
    };
    server.answer = () => ({ raw: `data: ${JSON.stringify(odd)}\n\n` });
    expect((await write({}, endpoint)).generation.usage).toEqual({ promptTokens: 0, completionTokens: 0 });
  });

  it("says that the conversation is too long in the server's stead", async () => {
    for (const error of [
      "request (10001 tokens) exceeds the available context size (2048 tokens), try increasing it",
      "This model's maximum context length is 2048 tokens. However, you requested 4096 tokens.",
    ]) {
      server.answer = () => ({ status: 400, error });
      expect((await write({}, endpoint)).generation).toMatchObject({ text: "", stopReason: "context_overflow" });
    }
    expect(server.asked).toHaveLength(2);
  });
});

describe("what comes", () => {
  it("is the same text however the bytes are cut", async () => {
    const text = "Grüße 😀\r\n\n data: [DONE] <b>&amp;</b> \u2028 ende";
    const chunk = (part: string) => `data: ${JSON.stringify({ choices: [{ delta: { content: part } }] })}`;
    const lines = [": ping", chunk(text.slice(0, 9)), "event: x", chunk(text.slice(9)), "data: [DONE]"];
    for (const end of ["\n", "\r\n"]) {
      const bytes = new TextEncoder().encode(lines.join(end + end) + end + end);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
          const at = [0, ...cuts.sort((x, y) => x - y), bytes.length];
          server.answer = () => ({ raw: at.slice(1).map((stop, i) => bytes.subarray(at[i], stop)) });
          expect((await write()).generation).toMatchObject({ text, stopReason: "end" });
        }),
        { numRuns: 15 },
      );
    }
  });

  it("may be one whole answer, of a server that does not stream", async () => {
    const message = { role: "assistant", content: "", tool_calls: [{ function: { name: "a", arguments: { x: 1 } } }] };
    const whole = {
      choices: [{ message, finish_reason: "tool_calls" }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    };
    server.answer = () => ({ raw: JSON.stringify(whole), type: "application/json" });
    const { generation } = await write();
    expect(generation).toMatchObject({ stopReason: "tool_call", usage: { promptTokens: 1, completionTokens: 2 } });
    expect(generation.text).toBe('<tool_call>{"name":"a","arguments":{"x":1}}</tool_call>');
  });

  it("is text, whatever it is, and of what is not of its kind nothing is taken", async () => {
    const text = '<script>alert(1)</script><|im_end|>\u0000"'.repeat(20_000);
    server.answer = () => ({ text, piece: 5000 });
    expect((await write()).generation.text).toBe(text);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (content, call) => {
        const odd = { choices: [{ delta: { content, tool_calls: [call] }, finish_reason: "stop" }] };
        server.answer = () => ({ raw: `data: ${JSON.stringify(odd)}\n\ndata: [DONE]\n\n` });
        const { generation } = await write();
        expect(generation.text).toBe(typeof content === "string" ? content : "");
      }),
      { numRuns: 20 },
    );
  });

  it("that never ends is given up", async () => {
    const block = new TextEncoder().encode(`: ${"x".repeat(2 ** 20)}\n\n`);
    server.answer = () => ({ raw: Array.from({ length: 17 }, () => block) });
    await expect(write()).rejects.toThrow(/answered with more than 16 MiB/);
  });
});

describe("the limit of requests at a time", () => {
  it("is kept over several calls, and all are answered in their order", async () => {
    server.answer = async ({ body }) => {
      await new Promise((soon) => setTimeout(soon, 5));
      return { text: body.messages?.at(-1)?.content ?? "" };
    };
    const { model } = await connect(server, {}, { parallel: 3 });
    expect(model.width).toBe(3);
    const ask = (content: string) => requestOf({ messages: [{ role: "user", content }] });
    const names = Array.from({ length: 12 }, (_, i) => `q${i}`);
    const done = await Promise.all([
      model.generate(names.slice(0, 8).map(ask)),
      model.generate(names.slice(8).map(ask)),
    ]);
    expect(done.flat().map(({ text }) => text)).toEqual(names);
    expect(server.busy.most).toBe(3);
  });
});

describe("a cancel", () => {
  it("ends the request at the server and gives what there is", async () => {
    server.answer = () => ({ text: "Once upon", hang: true });
    const { model } = await connect(server);
    const abort = new AbortController();
    let told = "";
    const [generation] = await model.generate([requestOf()], {
      signal: abort.signal,
      onText: (_index, delta) => {
        told += delta;
        if (told === "Once upon") abort.abort();
      },
    });
    expect(generation).toMatchObject({ text: "Once upon", stopReason: "cancelled" });
    await expect.poll(() => server.dropped).toBe(1);
  });

  it("ends a wait between tries, and those who wait for room", async () => {
    server.answer = () => ({ status: 429, headers: { "Retry-After": "60" } });
    const endpoint = { url: server.url, api: "chat" as const, model: "tiny" };
    const model = await loadModel(getModel("remote"), {
      device: "auto",
      dtype: "auto",
      remote: { endpoint, access: { parallel: 1 } },
    });
    const abort = new AbortController();
    const under = model.generate([requestOf(), requestOf()], { signal: abort.signal });
    await expect.poll(() => server.asked.length).toBe(1);
    abort.abort();
    expect((await under).map(({ stopReason }) => stopReason)).toEqual(["cancelled", "cancelled"]);
    expect(server.asked).toHaveLength(1);
  });

  it("disposing ends what is under way with a sentence", async () => {
    server.answer = () => ({ hang: true });
    const { model } = await connect(server);
    const under = model.generate([requestOf()]);
    await expect.poll(() => server.asked.length).toBe(1);
    await model.dispose();
    await expect(under).rejects.toThrow("The model was disposed");
  });
});

it("a second try tells only what goes beyond the first", async () => {
  let tries = 0;
  server.answer = () => (++tries === 1 ? { text: "The answer", cut: true } : { text: "The answer is 12." });
  const { generation, told, waits } = await write();
  expect([generation.text, told, waits.length]).toEqual(["The answer is 12.", "The answer is 12.", 1]);
});

it("tries are bounded", async () => {
  server.answer = () => ({ status: 500, error: "boom" });
  await expect(write()).rejects.toThrow(`${server.url} answered with status 500, ${TRIES} times: boom`);
  expect(server.asked).toHaveLength(TRIES);
});
