import { messageOf, type Job, type ServerStatus } from "../../protocol/index.ts";
import { readEvents } from "./events.ts";

const RETRY_MS = 1500;
const RETRIES = 5;

/** The companion server, where there is one: what is prepared, and the job that prepares a model. */
class Server {
  /** undefined while asking; null on a host without a companion server. */
  status = $state.raw<ServerStatus | null | undefined>(undefined);
  job = $state.raw<Job | null>(null);

  async refresh(): Promise<void> {
    try {
      const response = await fetch("api/status", { headers: { accept: "application/json" } });
      const isJson = response.headers.get("content-type")?.includes("json") ?? false;
      const status = response.ok && isJson ? ((await response.json()) as ServerStatus) : null;
      this.status = status?.name === "agentcoder" ? status : null;
    } catch {
      this.status = null;
    }
    if (this.status && !this.running) await this.findJob();
  }

  /** Begins to prepare a model and follows the job to its end. */
  async prepare(model: string): Promise<void> {
    try {
      const response = await this.post("api/jobs", { kind: "prepare_model", model });
      await this.follow((await response.json()) as Job);
    } catch (error) {
      this.job = failed(model, messageOf(error));
    }
  }

  async cancel(): Promise<void> {
    if (!this.job) return;
    try {
      await this.post(`api/jobs/${encodeURIComponent(this.job.id)}/cancel`, {});
    } catch (error) {
      this.job = failed(this.job.model, messageOf(error));
    }
  }

  get running(): boolean {
    return this.job?.status === "running" || this.job?.status === "queued";
  }

  /** A job that another tab, or this page before a reload, has begun. */
  private async findJob(): Promise<void> {
    try {
      const jobs = (await (await fetch("api/jobs")).json()) as Job[];
      const open = jobs.find((job) => job.status === "running" || job.status === "queued");
      if (open) void this.follow(open).catch((error) => (this.job = failed(open.model, messageOf(error))));
    } catch {
      // The list only saves a reloaded page from asking again; without it nothing is lost.
    }
  }

  private async follow(job: Job): Promise<void> {
    this.job = job;
    for (let tries = 0; this.running; tries++) {
      try {
        await readEvents(
          `api/jobs/${encodeURIComponent(job.id)}/events`,
          (data) => (this.job = JSON.parse(data) as Job),
        );
      } catch {
        // Cut off: the job may well go on.
      }
      if (!this.running) break;
      if (tries >= RETRIES) throw new Error("The companion server cannot be reached any more: is it still running?");
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
    await this.refresh();
  }

  private async post(path: string, body: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${this.status?.token ?? ""}`, "content-type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => {
      throw new Error("The companion server cannot be reached: is it still running? Start it again with npm start.");
    });
    if (response.ok) return response;
    const said = (await response.json().catch(() => ({}))) as { message?: string; error?: string };
    throw new Error(said.message ?? said.error ?? `The companion server answered ${response.status}.`);
  }
}

function failed(model: string, message: string): Job {
  return { id: "", kind: "prepare_model", model, status: "failed", progress: 0, message, secondsLeft: null };
}

export const server = new Server();
