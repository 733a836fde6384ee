import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A repository of the hub: its files by path. Those that end in .onnx, .onnx_data, .gguf, .safetensors or are called tokenizer.json have a sha256 in the listing. */
export type Repository = Record<string, Buffer | string>;

/** A model hub on this machine, in the shape of huggingface.co's API. */
export class HubServer {
  readonly repositories = new Map<string, { sha: string; files: Repository; said: Record<string, unknown> }>();
  /** Paths in the order in which they were asked for; with a range behind a space. */
  readonly asked: string[] = [];
  /** Whether it answers ranges. */
  ranges = true;
  /** Bytes after which every connection is cut. */
  cutAfter = Infinity;
  /** Milliseconds before each piece of 64 KiB. */
  slow = 0;
  /** The status of every answer about a file, if it is to be refused. */
  refuse: number | null = null;
  url = "";
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
    return this;
  }

  stop(): Promise<void> {
    return new Promise((done) => {
      this.server.close(() => done());
      this.server.closeAllConnections();
    });
  }

  /** `said`: what the listing says beside the files, e.g. `gated`. */
  add(repository: string, files: Repository, said: Record<string, unknown> = {}): void {
    const sha = createHash("sha1")
      .update(JSON.stringify([repository, Object.keys(files)]))
      .digest("hex");
    this.repositories.set(repository, { sha, files, said });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.url);
    const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "range" };
    if (request.method === "OPTIONS") return void response.writeHead(204, headers).end();
    const { range } = request.headers;
    this.asked.push(range ? `${pathname} ${range}` : pathname);
    const [, api] = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/[^/]+$/.exec(pathname) ?? [];
    if (api !== undefined) {
      const found = this.repositories.get(api);
      if (!found) return void response.writeHead(404, headers).end('{"error":"Repository not found"}');
      const listing = {
        ...found.said,
        id: api,
        sha: found.sha,
        siblings: Object.entries(found.files).map(([path, content]) => sibling(path, Buffer.from(content as string))),
      };
      return void response
        .writeHead(200, { ...headers, "Content-Type": "application/json" })
        .end(JSON.stringify(listing));
    }
    const [, repository = "", sha, path = ""] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    const found = this.repositories.get(repository);
    const content = found?.files[decodeURIComponent(path)];
    if (this.refuse) return void response.writeHead(this.refuse, headers).end();
    if (!found || content === undefined || sha !== found.sha) return void response.writeHead(404, headers).end();
    const whole = Buffer.from(content as string);
    const from = this.ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      ...headers,
      "Content-Length": whole.length - from,
      ...(from > 0 && { "Content-Range": `bytes ${from}-${whole.length - 1}/${whole.length}` }),
    });
    await this.send(response, whole.subarray(from));
  }

  private async send(response: ServerResponse, data: Buffer): Promise<void> {
    const step = Math.min(64 * 1024, this.cutAfter);
    for (let at = 0; at < data.length; at += step) {
      if (at >= this.cutAfter) return void response.destroy();
      if (this.slow > 0) await new Promise((done) => setTimeout(done, this.slow));
      if (response.destroyed) return;
      // Told when it has been handed over: what is cut off afterwards has arrived.
      await new Promise((done) => response.write(data.subarray(at, at + step), done));
    }
    response.end();
  }
}

function sibling(path: string, data: Buffer): object {
  const isLarge = /\.(onnx|onnx_data|gguf|safetensors)$|tokenizer\.json$/.test(path);
  const blobId = createHash("sha1").update(`blob ${data.length}\0`).update(data).digest("hex");
  const lfs = { sha256: createHash("sha256").update(data).digest("hex"), size: data.length, pointerSize: 130 };
  return { rfilename: path, size: data.length, blobId, ...(isLarge && { lfs }) };
}
