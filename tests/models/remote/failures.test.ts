import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { getModel, loadModel, ServerLostError } from "../../../src/models/index.ts";
import { Connection } from "../../../src/models/remote/connection.ts";
import { TRIES } from "../../../src/models/remote/retry.ts";
import { UserError } from "../../../src/protocol/index.ts";
import { connect, requestOf } from "./doubles.ts";
import { startServer, type FakeServer, type Reply } from "./server.ts";

let server: FakeServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

/** Connects, answers with these replies in turn (the last one for ever), and gives the text or what was thrown. */
async function outcome(replies: Reply[], access = {}): Promise<{ text: string; error: Error | null; waits: number[] }> {
  let turn = 0;
  server.answer = () => replies[Math.min(turn++, replies.length - 1)]!;
  const { model, waits } = await connect(server, {}, access);
  try {
    const [generation] = await model.generate([requestOf()]);
    return { text: generation!.text, error: null, waits };
  } catch (error) {
    return { text: "", error: error as Error, waits };
  }
}

describe("failures that pass", () => {
  it.each<[string, Reply]>([
    ["too many requests", { status: 429 }],
    ["a server that fails", { status: 500 }],
    ["a gateway that fails", { status: 502 }],
    ["a stream that is cut short", { text: "Hi", cut: true }],
    ["a stream that ends without an end", { text: "Hi", finish: null }],
    ["a message that is not JSON", { raw: 'data: {"choices": [\n\n' }],
    ["a whole answer that is not JSON", { raw: "<html>", type: "text/html" }],
    ["an error in the stream", { raw: 'data: {"error": {"message": "out of memory"}}\n\n' }],
  ])("%s", async (_what, reply) => {
    expect(await outcome([reply, reply, { text: "Hi." }])).toMatchObject({ text: "Hi.", error: null });
    expect(server.asked).toHaveLength(3);
  });

  it("are tried again after waits that double, differ, and are the same for the same request", async () => {
    const { error, waits } = await outcome([{ status: 500 }]);
    expect(error?.message).toContain("status 500");
    expect(waits).toHaveLength(TRIES - 1);
    waits.forEach((wait, i) => {
      expect(wait).toBeGreaterThanOrEqual(250 * 2 ** i);
      expect(wait).toBeLessThanOrEqual(500 * 2 ** i);
    });
    expect((await outcome([{ status: 500 }])).waits).toEqual(waits);
  });

  it("are given as long as the server asks, and not for ever", async () => {
    const after = (value: string) => ({ status: 429, headers: { "Retry-After": value } });
    expect((await outcome([after("7"), { text: "Hi." }])).waits).toEqual([7000]);
    const [wait] = (await outcome([after(new Date(Date.now() + 60_000).toUTCString()), { text: "Hi." }])).waits;
    expect(wait).toBeGreaterThan(20_000);
    expect(wait).toBeLessThanOrEqual(60_000);
    const { error, waits } = await outcome([after("3600")]);
    expect(waits).toEqual([]);
    expect(error).toBeInstanceOf(ServerLostError);
    expect(error?.message).toMatch(/status 429: no: it asks to wait 3600 seconds/);
  });
});

it("a server that falls silent counts as one whose connection broke", async () => {
  server.answer = () => ({ text: "Once upon", hang: true });
  const endpoint = { url: server.url, api: "chat" as const, model: "tiny" };
  const connection = new Connection(endpoint, {}, 30);
  const { signal } = new AbortController();
  const silent = connection.stream(`${server.url}/chat/completions`, {}, signal, () => false);
  await expect(silent).rejects.toMatchObject({ kind: "network", message: "nothing came for 0.03 seconds" });
  await expect.poll(() => server.busy.now).toBe(0);
});

describe("failures that stay", () => {
  it("are the request's own where the server answers others", async () => {
    const { error } = await outcome([{ status: 500, error: "CUDA error:\n  illegal   address" }]);
    expect(error).toBeInstanceOf(UserError);
    expect(error).not.toBeInstanceOf(ServerLostError);
    expect(error?.message).toBe(
      `${server.url} answered with status 500, ${TRIES} times: CUDA error: illegal address: try again when the server is well.`,
    );
  });

  it("are not tried again where they would stay the same", async () => {
    const { error, waits } = await outcome([{ status: 422, error: "no tools here" }]);
    expect(waits).toEqual([]);
    expect(error).not.toBeInstanceOf(ServerLostError);
    expect(error?.message).toBe(`${server.url} answered with status 422: no tools here: change what is asked.`);
  });

  it.each([404, 503])("with status %i are those of all requests", async (status) => {
    const { error } = await outcome([{ status }]);
    expect(error).toBeInstanceOf(ServerLostError);
  });

  it("a server that is gone is lost", async () => {
    const { model } = await connect(server);
    await server.stop();
    const failed = model.generate([requestOf()]);
    await expect(failed).rejects.toBeInstanceOf(ServerLostError);
    await expect(failed).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+\/v1 could not be reached \(.*, 5 times\): see that the server runs there and admits this page \(Ollama: OLLAMA_ORIGINS/,
    );
  });

  it("one failure ends the requests beside it", async () => {
    server.answer = ({ body }) => (body.seed === 1 ? { status: 422 } : { hang: true });
    const { model } = await connect(server);
    await expect(model.generate([requestOf(), requestOf({ seed: 2 })])).rejects.toThrow("status 422");
    await expect.poll(() => server.busy.now).toBe(0);
  });
});

describe("the key", () => {
  const key = "sk-very-secret";

  it("is sent as a bearer's, and stands in no sentence", async () => {
    server.key = key;
    expect((await outcome([{ text: "Hi." }], { key: ` ${key}\n` })).text).toBe("Hi.");
    server.answer = () => ({ status: 500, error: `bad ${key}` });
    const { model } = await connect(server, {}, { key });
    await expect(model.generate([requestOf()])).rejects.toThrow(/bad …/);
  });

  it("that is wrong or missing is asked for", async () => {
    server.key = "another";
    await expect(connect(server, {}, { key })).rejects.toThrow(
      `${server.url} answered with status 401: Incorrect API key provided: Bearer …: check the key.`,
    );
    await expect(connect(server)).rejects.toThrow(/status 401: .*: it asks for a key, so give one\.$/);
  });

  it("that no header takes is refused without being shown", async () => {
    const failed = connect(server, {}, { key: "sk very\nsecret" });
    await expect(failed).rejects.toThrow("The key has characters that no key has: copy it again.");
    expect(server.seen).toEqual([]);
  });
});

describe("connecting", () => {
  it("names the models where the one that is asked for is not served", async () => {
    server.entries = [{ id: "tiny" }, { id: "small" }, { odd: true }, 7 as unknown as object];
    await expect(connect(server, { model: "huge" })).rejects.toThrow(
      `${server.url} serves no model "huge": choose one of tiny, small.`,
    );
    server.entries = [];
    await expect(connect(server)).rejects.toThrow("it serves none, so load one there first");
  });

  it("waits for a server that is still loading its model", async () => {
    const slow = createServer((request, response) => {
      const loading = ++seen < 3;
      const body = loading ? { error: { message: "Loading model", code: 503 } } : { data: [{ id: "tiny" }] };
      response.writeHead(loading ? 503 : 200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    });
    let seen = 0;
    await new Promise<void>((listening) => slow.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/v1`;
    const { waits } = await connect({ url });
    expect(waits).toHaveLength(2);
    slow.closeAllConnections();
    slow.close();
  });

  it("goes to no other address, wherever it is sent", async () => {
    const sly = createServer((_request, response) => {
      response.writeHead(307, { Location: `${server.url}/models` }).end();
    });
    await new Promise<void>((listening) => sly.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(sly.address() as AddressInfo).port}/v1`;
    await expect(connect({ url })).rejects.toThrow(/could not be reached/);
    expect(server.seen).toEqual([]);
    sly.closeAllConnections();
    sly.close();
  });

  it("needs an address", async () => {
    await expect(loadModel(getModel("remote"), { device: "auto", dtype: "auto" })).rejects.toThrow(
      "A server of yours needs an address",
    );
  });
});

describe("the identity of a server's model", () => {
  const hash = async (entry: object, change = {}) => {
    server.entries = [entry];
    return (await connect(server, change)).model.sha256;
  };

  it("is what the server says of it, without what changes from one start to the next", async () => {
    const vllm = { id: "tiny", owned_by: "vllm", root: "org/tiny", max_model_len: 2048 };
    const first = await hash({ ...vllm, created: 1, permission: [{ id: "modelperm-1" }] });
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await hash({ ...vllm, created: 2, permission: [{ id: "modelperm-2" }] })).toBe(first);
    expect(await hash({ ...vllm, root: "org/tiny-2" })).not.toBe(first);
    const llama = { id: "tiny", owned_by: "llamacpp", meta: { n_params: 5, size: 9, n_ctx: 2048 } };
    const second = await hash(llama);
    expect(await hash({ ...llama, meta: { ...llama.meta, n_ctx: 4096 } })).toBe(second);
    expect(await hash({ ...llama, meta: { ...llama.meta, size: 10 } })).not.toBe(second);
  });

  it("holds the digest that Ollama tells, and takes its names without their tag", async () => {
    const tags = (digest: string) => () => ({ models: [{ name: "tiny:latest", digest }] });
    server.routes["/api/tags"] = tags("aa");
    const first = await hash({ id: "tiny:latest", owned_by: "library" });
    expect((await connect(server)).model.capabilities.seed).toBe(true);
    server.routes["/api/tags"] = tags("bb");
    expect(await hash({ id: "tiny:latest", owned_by: "library" })).not.toBe(first);
  });

  it("is not the API's, which is part of the configuration", async () => {
    const entry = { id: "tiny", owned_by: "me" };
    expect(await hash(entry, { api: "completions" })).toBe(await hash(entry));
  });
});
