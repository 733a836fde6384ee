import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";

/** Files whose name holds their hash never change; everything else is asked for again (and answered with 304). */
const NAMED_BY_HASH = /[/\\]assets[/\\][^/\\]+-[\w-]{8,}\.\w+$/;

/** Where the files lie that the server serves. */
export interface Places {
  /** The built pages. */
  dist: string;
  /** Prepared models, one directory each. */
  models: string;
}

/** Ids of the models in a directory: those with a manifest (a half-made one has none). */
export async function preparedModels(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => existsSync(join(directory, name, "manifest.json"))).sort();
}

/** Serves pages and models. Large files are streamed, in ranges when asked; no path leaves its directory. */
export async function serveFiles(app: FastifyInstance, { dist, models }: Places): Promise<void> {
  await mkdir(models, { recursive: true });
  const options = {
    cacheControl: false,
    dotfiles: "deny" as const,
    setHeaders: (reply: FastifyReply, path: string) => {
      const forever = path.startsWith(dist) && NAMED_BY_HASH.test(path);
      void reply.header("Cache-Control", forever ? "public, max-age=31536000, immutable" : "no-cache");
    },
  };
  // A model that was prepared here comes before the bundled one of the same name.
  const bundled = join(dist, "models");
  const roots = existsSync(bundled) ? [models, bundled] : models;
  await app.register(fastifyStatic, { ...options, root: roots, prefix: "/models/", decorateReply: false });
  await app.register(fastifyStatic, { ...options, root: dist, prefix: "/" });
}
