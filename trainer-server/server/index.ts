import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import { answerError, Guard } from "./guard.ts";
export { preparedModels } from "./files.ts";
import { serveFiles } from "./files.ts";
import { JobQueue, type Command } from "./jobs.ts";
import { securityHeaders } from "./policy.ts";
import { PythonEnvironment } from "./python.ts";
import { serveApi } from "./routes.ts";

const CLONE = resolve(import.meta.dirname, "../..");
/** Models that `trainer.convert` has a preset for. */
export const PREPARABLE: readonly string[] = ["smollm2-135m"];

/** Adds routes of its own to the server. */
export type Mount = (app: FastifyInstance) => void;

export interface ServerOptions {
  /** The built pages; dist/ of the clone by default. */
  dist?: string;
  /** Where models, the Python environment and results lie: $AGENTCODER_HOME, or the clone. */
  home?: string;
  /** 0 takes any free port. */
  port?: number;
  /** A ready interpreter; otherwise $AGENTCODER_PYTHON, otherwise an environment is made under the home. */
  python?: string;
  /** Routes beside its own. */
  mount?: Mount;
}

export interface RunningServer {
  /** With a slash at its end. */
  url: string;
  port: number;
  python: PythonEnvironment;
  close(): Promise<void>;
}

/** Home of everything that is made on this machine: $AGENTCODER_HOME, or the clone. */
export function homeDirectory(): string {
  return resolve(process.env["AGENTCODER_HOME"] ?? CLONE);
}

/** Starts the companion server on loopback: pages, models, and the jobs that prepare models. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const home = options.home ?? homeDirectory();
  const dist = options.dist ?? join(CLONE, "dist");
  const models = join(home, "models", "base");
  const trainer = join(CLONE, "trainer-server");
  const python = new PythonEnvironment(home, join(trainer, "requirements.txt"), options.python);
  const jobs = new JobQueue(async ({ model }): Promise<Command> => {
    const program = await python.ready();
    const output = join(models, model);
    return {
      program,
      args: ["-m", "trainer.convert", "--preset", model, "--output", output, "--progress", "json"],
      cwd: trainer,
    };
  });

  const app = Fastify({ logger: { level: "error" }, forceCloseConnections: true, bodyLimit: 64 * 1024 });
  const token = randomBytes(24).toString("base64url");
  let port = 0;
  const guard = new Guard(() => port, token);
  const headers = securityHeaders();
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers);
    guard.checkHost(request);
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `There is no ${request.url.slice(0, 200)}.` }),
  );
  const { version } = JSON.parse(readFileSync(join(CLONE, "package.json"), "utf8")) as { version: string };
  await app.register(
    async (scope) => serveApi(scope, { guard, jobs, python, models, preparable: PREPARABLE, version, token }),
    {
      prefix: "/api",
    },
  );
  await serveFiles(app, { dist, models });
  options.mount?.(app);
  await app.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  const address = app.server.address();
  port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    python,
    close: async () => {
      python.close();
      await jobs.close();
      await app.close();
    },
  };
}
