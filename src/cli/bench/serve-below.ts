import type { AddressInfo } from "node:net";
import { basename, dirname, resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import Fastify from "fastify";
import type { Page } from "playwright-core";
import { ISOLATION_HEADERS } from "../../../trainer-server/server/policy.ts";

export const CLONE = resolve(import.meta.dirname, "../../..");

/**
 * Answers what the page asks for below peer/: worker.js with this text, everything else with the file that `place` names.
 * Files come from a server of their own, since what a route answers itself goes through a pipe that breaks above 100 MB.
 */
export async function serveBelow(page: Page, worker: string, place: (path: string) => string): Promise<void> {
  const server = Fastify();
  await server.register(fastifyStatic, { root: CLONE, serve: false });
  server.get<{ Params: { "*": string } }>("/*", (request, reply) => {
    const path = request.params["*"];
    // An isolated page takes workers only with the headers that the page has.
    void reply.headers(ISOLATION_HEADERS);
    if (path === "worker.js") return reply.type("text/javascript").send(worker);
    const file = place(path);
    return reply.sendFile(basename(file), dirname(file));
  });
  await server.listen({ port: 0, host: "127.0.0.1" });
  page.context().on("close", () => void server.close());
  const { port } = server.server.address() as AddressInfo;
  await page.context().route("**/peer/**", async (route) => {
    const [, path = ""] = /\/peer\/(.*)$/.exec(new URL(route.request().url()).pathname) ?? [];
    return route.continue({ url: `http://127.0.0.1:${port}/${path}` });
  });
}
