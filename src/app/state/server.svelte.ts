import { messageOf, type Job, type ServerStatus } from "../../protocol/index.ts";

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
      await this.findJob();
    } catch {
      this.status = null;
    }
  }

  /** Begins to prepare a model and follows the job to its end. */
  async prepare(model: string): Promise<void> {
    try {
      const response = await this.call("api/jobs", { kind: "prepare_model", model });
      await this.follow((await response.json()) as Job);
    } catch (error) {
      this.job = failed(model, `The companion server could not be reached (${messageOf(error)}): is it still running?`);
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.call(`api/jobs/${encodeURIComponent(this.job.id)}/cancel`, {}).catch(() => undefined);
  }

  /** A job that another tab, or this page before a reload, has begun. */
  private async findJob(): Promise<void> {
    if (!this.status || this.running) return;
    const response = await fetch("api/jobs", { headers: this.headers() });
    if (!response.ok) return;
    const jobs = (await response.json()) as Job[] | { jobs: Job[] };
    const list = Array.isArray(jobs) ? jobs : jobs.jobs;
    const open = list.find((job) => job.status === "running" || job.status === "queued");
    if (open) void this.follow(open);
  }

  get running(): boolean {
    return this.job?.status === "running" || this.job?.status === "queued";
  }

  private async follow(job: Job): Promise<void> {
    this.job = job;
    const response = await fetch(`api/jobs/${encodeURIComponent(job.id)}/events`, { headers: this.headers() });
    if (!response.ok || !response.body) throw new Error(`it answered ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let pending = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const messages = (pending + value).split(/\r?\n\r?\n/);
      pending = messages.pop() ?? "";
      for (const message of messages) this.read(message);
      if (!this.running) break;
    }
    await reader.cancel().catch(() => undefined);
    await this.refresh();
  }

  private read(message: string): void {
    const lines = message.split(/\r?\n/).filter((line) => line.startsWith("data:"));
    if (lines.length > 0) this.job = JSON.parse(lines.map((line) => line.slice(5)).join("\n")) as Job;
  }

  private async call(path: string, body: unknown): Promise<Response> {
    const headers = { ...this.headers(), "content-type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return response;
  }

  private headers(): Record<string, string> {
    return this.status ? { authorization: `Bearer ${this.status.token}` } : {};
  }
}

function failed(model: string, message: string): Job {
  return { id: "", kind: "prepare_model", model, status: "failed", progress: 0, message, secondsLeft: null };
}

export const server = new Server();
