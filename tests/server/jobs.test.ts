import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Job } from "../../src/protocol/index.ts";
import { ask, fromPage, fromTrustedPage, startTestServer } from "./doubles.ts";

let server: Awaited<ReturnType<typeof startTestServer>>;
afterEach(() => server.stop());

async function start(): Promise<Job> {
  const headers = await fromTrustedPage(server);
  const body = JSON.stringify({ kind: "prepare_model", model: "smollm2-135m" });
  return JSON.parse((await ask(server.port, "/api/jobs", { method: "POST", headers, body })).text) as Job;
}

async function cancel(id: string): Promise<Job> {
  const headers = await fromTrustedPage(server);
  return JSON.parse(
    (await ask(server.port, `/api/jobs/${id}/cancel`, { method: "POST", headers, body: "{}" })).text,
  ) as Job;
}

/** Events of a job until it ends. */
async function events(id: string, lastEventId?: number): Promise<{ id: number; job: Job }[]> {
  const headers = { ...fromPage(server), ...(lastEventId !== undefined && { "Last-Event-ID": String(lastEventId) }) };
  const { text } = await ask(server.port, `/api/jobs/${id}/events`, { headers });
  return [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, number, data]) => ({
    id: Number(number),
    job: JSON.parse(data ?? "") as Job,
  }));
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !what(); i++) await new Promise((done) => setTimeout(done, 25));
  expect(what()).toBe(true);
}

/** A process that still runs; one that has ended but was not yet collected does not count. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a job runs one fixed command line and tells its progress in numbered events", async () => {
  server = await startTestServer(`
    printf '%s\\n' "$@" > "$(dirname "$0")/argv"
    echo '{"progress":0.25,"message":"Reading weights"}'
    echo 'a line that is no progress'
    echo '{"progress":0.75,"message":"Writing weights"}'`);
  const job = await start();
  const all = await events(job.id);
  expect(all.map((event) => event.id)).toEqual(all.map((_, i) => i + 1));
  expect(all.map(({ job: { status, progress } }) => [status, progress])).toEqual([
    ["queued", 0],
    ["running", 0],
    ["running", 0.25],
    ["running", 0.75],
    ["done", 1],
  ]);
  const output = join(server.home, "models", "base", "smollm2-135m");
  expect((await readFile(join(server.home, "argv"), "utf8")).trim().split("\n")).toEqual([
    "-m",
    "trainer.convert",
    "--preset",
    "smollm2-135m",
    "--output",
    output,
    "--progress",
    "json",
  ]);
});

test("a reader that lost the connection gets what it missed, and nothing once it has all", async () => {
  server = await startTestServer(`echo '{"progress":0.5,"message":"Half"}'`);
  const { id } = await start();
  const all = await events(id);
  expect(await events(id, 2)).toEqual(all.slice(2));
  const end = await ask(server.port, `/api/jobs/${id}/events`, {
    headers: { ...fromPage(server), "Last-Event-ID": String(all.length) },
  });
  expect(end).toMatchObject({ status: 204, text: "" });
});

test("a failed job says why in the program's last sentence", async () => {
  server = await startTestServer(`echo 'Traceback' >&2; echo 'The disk is full: free 2 GB.' >&2; exit 1`);
  const { id } = await start();
  expect((await events(id)).at(-1)?.job).toMatchObject({ status: "failed", message: "The disk is full: free 2 GB." });
});

test("cancelling ends the program and what it started; the next job runs", async () => {
  server = await startTestServer(`
    here="$(dirname "$0")"
    if [ -e "$here/pids" ]; then exit 0; fi
    sleep 60 & echo "$! $$" > "$here/pids.part"; mv "$here/pids.part" "$here/pids"
    echo '{"progress":0.1,"message":"Working"}'
    wait`);
  const { id } = await start();
  const pids = join(server.home, "pids");
  await until(() => existsSync(pids));
  expect((await cancel(id)).status).toBe("cancelled");
  const numbers = (await readFile(pids, "utf8")).trim().split(" ").map(Number);
  await until(() => numbers.every((pid) => !alive(pid)));
  expect((await events(id)).at(-1)?.job.status).toBe("cancelled");
  const next = await start();
  expect(next.id).not.toBe(id);
  expect((await events(next.id)).at(-1)?.job.status).toBe("done");
});

test("asking twice for the same model gives the same job", async () => {
  server = await startTestServer("sleep 60");
  const first = await start();
  expect((await start()).id).toBe(first.id);
  await cancel(first.id);
});
