import { basename, dirname, resolve } from "node:path";
import type { Mount } from "../../../trainer-server/server/index.ts";

export const CLONE = resolve(import.meta.dirname, "../../..");

/** Below peer/ of the page's own server: worker.js with this text, everything else the file that `place` names. */
export function servePeer(worker: string, place: (path: string) => string): Mount {
  return (app) => {
    app.get<{ Params: { "*": string } }>("/peer/*", (request, reply) => {
      const path = request.params["*"];
      if (path === "worker.js") return reply.type("text/javascript").send(worker);
      const file = place(path);
      return reply.sendFile(basename(file), dirname(file));
    });
  };
}
