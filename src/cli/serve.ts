import { ensureBuilt } from "../../scripts/build.js";
import { startServer } from "../../trainer-server/server/index.ts";
import { messageOf, UserError } from "../protocol/index.ts";
import { number, readArguments } from "./arguments.ts";
import { note, print } from "./output.ts";

/** Where the app is found when nothing else is asked. */
const PORT = 4173;

export const help = `Usage: agentcoder serve [--port N]

Serves the app and its companion server on this machine (127.0.0.1, port ${PORT}; 0 takes a free one). Ctrl-C ends it.`;

/** `agentcoder serve`: returns when a signal asks for the end. */
export async function serve(argv: string[]): Promise<number> {
  const { values } = readArguments(argv, { port: { type: "string" } });
  if (values["help"]) return (print(help), 0);
  const port = number(values, "port", { min: 0, max: 65535 }) ?? PORT;
  const dist = await ensureBuilt();
  const server = await startServer({ dist, port }).catch((error: unknown) => {
    const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    throw taken ? new UserError(`Port ${port} is in use: choose another one with --port.`) : error;
  });
  print(`AgentCoder ready at ${server.url}`);
  void server.python.prepare().then(() => {
    if (server.python.state !== "ready") note(`Models cannot be prepared here: ${server.python.message}`);
  });
  await new Promise<void>((done) => {
    process.once("SIGINT", () => done());
    process.once("SIGTERM", () => done());
  });
  await server.close().catch((error: unknown) => note(messageOf(error)));
  return 0;
}
