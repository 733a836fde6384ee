import { createServer } from "node:http";

/** A server of the dataset viewer's form, with one dataset, `a/b`. */
export interface Viewer {
  base: string;
  /** What was asked for, in order. */
  asked: string[];
  /** Statuses to give for rows before it works. */
  answers: { status: number; after?: string }[];
  /** Rows from this one on are never answered. */
  silentFrom: number;
  stop(): Promise<void>;
}

/** Starts one on a free port of this machine; any page may ask it. */
export async function startViewer(
  total: number,
  rowOf: (place: number) => { row: object; cut?: string[] },
): Promise<Viewer> {
  const viewer = { asked: [] as string[], answers: [] as Viewer["answers"], silentFrom: Infinity };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    viewer.asked.push(`${url.pathname}${url.search}`);
    const get = (name: string) => url.searchParams.get(name);
    const refused = url.pathname === "/rows" ? viewer.answers.shift() : undefined;
    response.setHeader("access-control-allow-origin", "*");
    if (refused || get("dataset") !== "a/b") {
      response.writeHead(refused?.status ?? 404, refused?.after ? { "retry-after": refused.after } : {}).end("{}");
      return;
    }
    const [offset, length] = [Number(get("offset")), Number(get("length"))];
    if (offset >= viewer.silentFrom) return;
    const rows = Array.from({ length: Math.max(0, Math.min(length, total - offset)) }, (_, i) => {
      const { row, cut = [] } = rowOf(offset + i);
      return { row_idx: offset + i, row, truncated_cells: cut };
    });
    const splits = ["train", "test"].map((split) => ({ dataset: "a/b", config: "main", split }));
    response.end(
      JSON.stringify(url.pathname === "/splits" ? { splits } : { features: [], rows, num_rows_total: total }),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const stop = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return Object.assign(viewer, { base: `http://127.0.0.1:${(server.address() as { port: number }).port}`, stop });
}
