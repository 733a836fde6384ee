import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { Job, JobRequest } from "../../src/protocol/index.ts";

/** The one command line of a job. */
export interface Command {
  program: string;
  args: string[];
  cwd: string;
}

export interface JobEvent {
  id: number;
  job: Job;
}

interface Entry {
  job: Job;
  events: JobEvent[];
  listeners: Set<(event: JobEvent) => void>;
  child: ChildProcess | null;
  started: number;
}

const ENDED = ["done", "failed", "cancelled"];
/** Milliseconds between the polite signal and the other one. */
const GRACE = 5000;
/** Jobs that are remembered after their end. */
const REMEMBERED = 50;

/** True when nothing more will happen to the job. */
export function ended(job: Job): boolean {
  return ENDED.includes(job.status);
}

/**
 * Jobs run one at a time, in the order of their asking. A job is a program in a process group of its own that prints
 * `{"progress":0..1,"message":"..."}` lines on standard output and, when it fails, a sentence on standard error.
 */
export class JobQueue {
  private readonly entries = new Map<string, Entry>();
  private current: Entry | null = null;

  constructor(private readonly command: (request: JobRequest) => Promise<Command>) {}

  list(): Job[] {
    return [...this.entries.values()].map(({ job }) => job);
  }

  get(id: string): Job | null {
    return this.entries.get(id)?.job ?? null;
  }

  /** Queues a job; one that already waits or runs for the same model is returned instead of a second one. */
  add(request: JobRequest): Job {
    const same = this.list().find((job) => job.kind === request.kind && job.model === request.model && !ended(job));
    if (same) return same;
    const job: Job = {
      ...request,
      id: randomUUID(),
      status: "queued",
      progress: 0,
      message: "Waiting for its turn",
      secondsLeft: null,
    };
    const entry: Entry = { job, events: [], listeners: new Set(), child: null, started: 0 };
    this.entries.set(job.id, entry);
    this.update(entry, {});
    this.forget();
    void this.next();
    return entry.job;
  }

  /** Cancels a waiting or running job: its whole process group ends. False when it had ended already. */
  cancel(id: string): boolean {
    const entry = this.entries.get(id);
    if (!entry || ended(entry.job)) return false;
    this.update(entry, { status: "cancelled", message: "Cancelled", secondsLeft: null });
    if (entry.child) kill(entry.child);
    return true;
  }

  /** What happened to a job after the event `lastId`. */
  eventsAfter(id: string, lastId: number): JobEvent[] {
    return this.entries.get(id)?.events.filter((event) => event.id > lastId) ?? [];
  }

  /** Events after `lastId`, then each new one; returns how to stop listening. */
  follow(id: string, lastId: number, listener: (event: JobEvent) => void): () => void {
    const entry = this.entries.get(id);
    if (!entry) return () => {};
    this.eventsAfter(id, lastId).forEach(listener);
    entry.listeners.add(listener);
    return () => entry.listeners.delete(listener);
  }

  /** Ends every job and waits until the running one is gone. */
  async close(): Promise<void> {
    const child = this.current?.child;
    const gone = child && child.exitCode === null ? new Promise((done) => child.once("close", done)) : null;
    for (const id of this.entries.keys()) this.cancel(id);
    await gone;
  }

  private update(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
    const event = { id: entry.events.length + 1, job: entry.job };
    entry.events.push(event);
    for (const listener of entry.listeners) listener(event);
  }

  private async next(): Promise<void> {
    if (this.current) return;
    const entry = [...this.entries.values()].find(({ job }) => job.status === "queued");
    if (!entry) return;
    this.current = entry;
    try {
      await this.run(entry);
    } catch (error) {
      this.fail(entry, error instanceof Error ? error.message : String(error));
    } finally {
      this.current = null;
    }
    await this.next();
  }

  private async run(entry: Entry): Promise<void> {
    this.update(entry, { status: "running", message: "Starting" });
    const { program, args, cwd } = await this.command(entry.job);
    // It may have been cancelled while the command was being made ready.
    if (ended(entry.job)) return;
    const child = spawn(program, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    entry.child = child;
    entry.started = Date.now();
    let complaint = "";
    child.stderr.on("data", (data: Buffer) => (complaint = (complaint + data.toString()).slice(-4000)));
    createInterface({ input: child.stdout }).on("line", (line) => this.progress(entry, line));
    const code = await new Promise<number | null>((done, failed) => {
      child.on("error", failed);
      child.on("close", done);
    });
    entry.child = null;
    if (ended(entry.job)) return;
    if (code === 0) this.update(entry, { status: "done", progress: 1, message: "Done", secondsLeft: null });
    else this.fail(entry, lastSentence(complaint) ?? `The program ended with code ${code}.`);
  }

  private progress(entry: Entry, line: string): void {
    const report = parseProgress(line);
    if (!report || ended(entry.job)) return;
    const elapsed = (Date.now() - entry.started) / 1000;
    // The first percents say nothing about the rest.
    const secondsLeft = report.progress >= 0.03 ? (elapsed / report.progress) * (1 - report.progress) : null;
    this.update(entry, { ...report, secondsLeft: secondsLeft === null ? null : Math.round(secondsLeft) });
  }

  private fail(entry: Entry, message: string): void {
    if (!ended(entry.job)) this.update(entry, { status: "failed", message, secondsLeft: null });
  }

  private forget(): void {
    for (const [id, { job }] of this.entries) {
      if (this.entries.size <= REMEMBERED) return;
      if (ended(job)) this.entries.delete(id);
    }
  }
}

function kill(child: ChildProcess): void {
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group has ended already.
    }
  };
  signal("SIGTERM");
  const timer = setTimeout(() => signal("SIGKILL"), GRACE);
  child.once("close", () => clearTimeout(timer));
}

function parseProgress(line: string): { progress: number; message: string } | null {
  try {
    const { progress, message } = JSON.parse(line) as { progress?: unknown; message?: unknown };
    if (typeof progress !== "number" || typeof message !== "string") return null;
    return { progress: Math.min(1, Math.max(0, progress)), message: message.slice(0, 300) };
  } catch {
    return null;
  }
}

function lastSentence(text: string): string | null {
  return text.trim().split("\n").at(-1)?.trim() || null;
}
