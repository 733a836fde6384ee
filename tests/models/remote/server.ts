import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came. */
interface Asked {
  path: string;
  headers: IncomingMessage["headers"];
  body: Body;
}

interface Message {
  role: string;
  content: string | null;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

interface Body {
  model?: string;
  prompt?: string;
  messages?: Message[];
  tools?: { function: { name: string } }[];
  [field: string]: unknown;
}

/** What the server answers a request to write. */
export interface Reply {
  text?: string;
  calls?: { name: string; arguments: string }[];
  finish?: string | null;
  /** Characters in a piece. */
  piece?: number;
  usage?: object | null;
  /** Refuses with this status. */
  status?: number;
  /** Of a refusal. */
  error?: string;
  headers?: Record<string, string>;
  /** This body and nothing else; a list: its pieces. */
  raw?: string | Uint8Array[];
  type?: string;
  /** The connection breaks behind the text. */
  cut?: boolean;
  /** Nothing more comes behind the text. */
  hang?: boolean;
}

export interface FakeServer {
  /** Where its API begins. */
  url: string;
  /** Requests to write. */
  asked: Asked[];
  /** All requests, as `METHOD PATH`. */
  seen: string[];
  /** Requests to write whose connection was closed before the answer was whole. */
  dropped: number;
  /** Requests to write under way, now and at most. */
  busy: { now: number; most: number };
  entries: object[];
  key: string | null;
  /** Whether other origins are told that they may read it. */
  admits: boolean;
  answer(asked: Asked): Reply | Promise<Reply>;
  /** Answers to other paths, by path. */
  routes: Record<string, (body: Body) => object>;
  stop(): Promise<void>;
}

/** An OpenAI-compatible server on this machine that writes what `answer` says. */
export async function startServer(answer: FakeServer["answer"] = () => ({ text: "Hi." })): Promise<FakeServer> {
  const http = createServer((request, response) => void serve(request, response, fake));
  await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
  const fake: FakeServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    asked: [],
    seen: [],
    dropped: 0,
    busy: { now: 0, most: 0 },
    entries: [{ id: "tiny", object: "model", created: 1, owned_by: "me" }],
    key: null,
    admits: true,
    answer,
    routes: {},
    stop: () =>
      new Promise((stopped) => {
        http.close(() => stopped());
        http.closeAllConnections();
      }),
  };
  return fake;
}

async function serve(request: IncomingMessage, response: ServerResponse, fake: FakeServer): Promise<void> {
  const cors = fake.admits && {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type",
  };
  const path = request.url ?? "";
  const json = (status: number, value: object) =>
    response.writeHead(status, { ...cors, "Content-Type": "application/json" }).end(JSON.stringify(value));
  if (request.method === "OPTIONS") return void response.writeHead(204, { ...cors }).end();
  fake.seen.push(`${request.method} ${path}`);
  let text = "";
  for await (const piece of request) text += String(piece);
  if (fake.key !== null && request.headers.authorization !== `Bearer ${fake.key}`) {
    const given = request.headers.authorization ?? "none";
    return void json(401, { error: { message: `Incorrect API key provided: ${given}.` } });
  }
  const body = (text ? JSON.parse(text) : {}) as Body;
  if (path === "/v1/models") return void json(200, { object: "list", data: fake.entries });
  const route = fake.routes[path];
  if (route) return void json(200, route(body));
  if (!path.endsWith("/completions")) return void json(404, { error: { message: "File Not Found", code: 404 } });
  const asked = { path, headers: request.headers, body };
  fake.asked.push(asked);
  fake.busy.most = Math.max(fake.busy.most, ++fake.busy.now);
  response.on("close", () => {
    fake.busy.now--;
    if (!response.writableFinished) fake.dropped++;
  });
  const reply = await fake.answer(asked);
  if (reply.status) {
    const refusal = JSON.stringify({ error: { message: reply.error ?? "no" } });
    response.writeHead(reply.status, { ...cors, "Content-Type": "application/json", ...reply.headers }).end(refusal);
    return;
  }
  response.writeHead(200, { ...cors, "Content-Type": reply.type ?? "text/event-stream" });
  const pieces = reply.raw === undefined ? events(path.includes("/chat/"), reply) : [reply.raw].flat();
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((written) => setImmediate(written));
  }
  if (reply.cut) response.destroy();
  else if (!reply.hang) response.end();
}

/** The answer as server-sent events, as OpenAI streams them. */
function events(chat: boolean, reply: Reply): string[] {
  const { text = "", calls = [], piece = 3, usage = { prompt_tokens: 7, completion_tokens: 5 } } = reply;
  const choice = (fields: object) => ({ id: "x", choices: [{ index: 0, finish_reason: null, ...fields }] });
  const delta = (fields: object) => choice({ delta: fields });
  const parts = text.match(new RegExp(`[^]{1,${piece}}`, "gu")) ?? [];
  const values: object[] = parts.map((part) => (chat ? delta({ content: part }) : choice({ text: part })));
  calls.forEach(({ name, arguments: given }, index) => {
    values.push(
      delta({ tool_calls: [{ index, id: `id${index}`, type: "function", function: { name, arguments: "" } }] }),
    );
    for (const part of given.match(/[^]{1,4}/g) ?? [])
      values.push(delta({ tool_calls: [{ index, function: { arguments: part } }] }));
  });
  const finish = reply.finish === undefined ? (calls.length > 0 ? "tool_calls" : "stop") : reply.finish;
  if (reply.cut || reply.hang) return values.map((value) => `data: ${JSON.stringify(value)}\n\n`);
  if (finish !== null) values.push(choice({ delta: {}, text: "", finish_reason: finish }));
  if (usage) values.push({ id: "x", choices: [], usage });
  return [
    ...values.map((value) => `data: ${JSON.stringify(value)}\n\n`),
    ...(finish === null ? [] : ["data: [DONE]\n\n"]),
  ];
}

/**
 * Plays a calculator: a product is computed by a call and its result is the answer; a difference is done by head; anything
 * else is answered with 5.
 */
export function calculate({ body: { messages = [] } }: Asked): Reply {
  const question = messages.find(({ role }) => role === "user")?.content ?? "";
  const result = messages.findLast(({ role }) => role === "tool");
  if (result) return { text: `The answer is ${result.content}.` };
  const [, a, b] = /(\d+) (?:\*|by) (\d+)/.exec(question) ?? [];
  if (a && b) return { calls: [{ name: "code_executor", arguments: JSON.stringify({ code: `print(${a} * ${b})` }) }] };
  const [, c, d] = /(\d+) - (\d+)/.exec(question) ?? [];
  return { text: c && d ? String(Number(c) - Number(d)) : "5" };
}
