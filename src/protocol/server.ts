/** The companion server's jobs: what crosses between the page and the server. */

/** A job that the server runs as one fixed command line. */
export interface JobRequest {
  kind: "prepare_model";
  model: string;
}

export type JobStatus = "queued" | "running" | "done" | "failed" | "cancelled";

export interface Job {
  id: string;
  kind: JobRequest["kind"];
  model: string;
  status: JobStatus;
  /** 0 to 1. */
  progress: number;
  /** What is being done now, in a few words; the error's sentence when it failed. */
  message: string;
  /** Seconds left; null while unknown. */
  secondsLeft: number | null;
}

/** What `/api/status` tells a page of the same origin. `token` is sent back as `Authorization: Bearer`. */
export interface ServerStatus {
  name: "agentcoder";
  version: string;
  token: string;
  /** Ids of the models that are prepared and served under `models/`. */
  models: string[];
  /** `preparing` while Python's packages are installed in the background. */
  python: "ready" | "preparing" | "missing";
}
