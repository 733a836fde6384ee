import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { ServerStatus } from "../../src/protocol/index.ts";
import { preparedModels } from "./files.ts";
import { Refusal, type Guard } from "./guard.ts";
import { ended, type JobQueue } from "./jobs.ts";
import type { PythonEnvironment } from "./python.ts";

const NewJob = Type.Object(
  { kind: Type.Literal("prepare_model"), model: Type.String() },
  { additionalProperties: false },
);
type NewJob = Static<typeof NewJob>;

export interface Api {
  guard: Guard;
  jobs: JobQueue;
  python: PythonEnvironment;
  models: string;
  /** Ids that may be prepared: nothing else reaches a command line. */
  preparable: readonly string[];
  version: string;
  token: string;
}

/** The routes under api/: what the server is, and its jobs. */
export function serveApi(app: FastifyInstance, api: Api): void {
  const { guard, jobs, python } = api;
  const find = (id: string) => {
    const job = jobs.get(id);
    if (!job) throw new Refusal(404, `There is no job ${id.slice(0, 50)}.`);
    return job;
  };
  app.addHook("onRequest", async (request, reply) => {
    guard.checkSameOrigin(request);
    reply.header("Cache-Control", "no-store");
  });
  const change = { onRequest: [async (request: Parameters<Guard["checkToken"]>[0]) => guard.checkToken(request)] };

  app.get("/status", async (): Promise<ServerStatus & { pythonMessage: string }> => {
    const models = await preparedModels(api.models);
    const { state, message } = python;
    return {
      name: "agentcoder",
      version: api.version,
      token: api.token,
      models,
      python: state,
      pythonMessage: message,
    };
  });

  app.get("/jobs", async () => jobs.list());

  app.post<{ Body: NewJob }>("/jobs", { ...change, schema: { body: NewJob } }, async ({ body }, reply) => {
    if (!api.preparable.includes(body.model)) {
      throw new Refusal(400, `"${body.model.slice(0, 50)}" cannot be prepared here: ${api.preparable.join(", ")} can.`);
    }
    return reply.code(202).send(jobs.add(body));
  });

  app.post<{ Params: { id: string } }>("/jobs/:id/cancel", change, async ({ params }) => {
    find(params.id);
    jobs.cancel(params.id);
    return find(params.id);
  });

  app.get<{ Params: { id: string } }>("/jobs/:id/events", async (request, reply) => {
    const job = find(request.params.id);
    const last = Number(request.headers["last-event-id"] ?? 0) || 0;
    const after = jobs.eventsAfter(job.id, last);
    // Nothing will follow: this status keeps an EventSource from connecting again.
    if (ended(job) && after.length === 0) return reply.code(204).send();
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, { ...reply.getHeaders(), "Content-Type": "text/event-stream" } as Record<string, string>);
    const leave = jobs.follow(job.id, last, ({ id, job: now }) => {
      stream.write(`id: ${id}\ndata: ${JSON.stringify(now)}\n\n`);
      if (ended(now)) stream.end();
    });
    const beat = setInterval(() => stream.write(": still here\n\n"), 15_000);
    stream.on("close", () => {
      clearInterval(beat);
      leave();
    });
  });
}
