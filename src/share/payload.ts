import { Type } from "typebox";
import { Value } from "typebox/value";
import { UserError, type Digest, type Run, type RunConfig } from "../protocol/index.ts";
import { parseConfig } from "../evaluation/index.ts";
import { fingerprint, MOST_RESULTS, WIDTH } from "./fingerprint.ts";

/** What a link holds: what to run, and what is expected to come of it. Never keys, never anything to fetch. */
export interface SharePayload {
  config: RunConfig;
  /** sha256 of the dataset's bytes and of the model's files. */
  dataset: string;
  model: string;
  digest: Digest;
  /** Four characters a result in the run's order; empty for large runs. */
  fingerprints: string;
}

const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Outcome = Type.Object({
  dataset: Sha256,
  model: Sha256,
  digest: Type.Object({ config: Sha256, decisions: Sha256, tokens: Sha256 }),
  fingerprints: Type.String({ pattern: "^([A-Za-z0-9_-]{4})*$", maxLength: MOST_RESULTS * WIDTH }),
});

/**
 * What a run's link holds. UserError: the run is not complete, so there is no outcome to compare with; or it asked
 * an address, and a link must not make whoever opens it ask somebody.
 */
export function payloadOf(run: Run): SharePayload {
  if (run.config.search !== undefined) {
    throw new UserError("A link never names an address to ask, and this run searched a live one: share its run.json.");
  }
  if (run.config.endpoint !== undefined) {
    throw new UserError("A link never names an address to ask, and this run asked a server: share its run.json.");
  }
  if (!run.digest) {
    throw new UserError(
      "Only a complete run can be shared, as others compare their outcome with it: continue it first.",
    );
  }
  return {
    config: run.config,
    dataset: run.dataset.sha256,
    model: run.model.sha256,
    digest: run.digest,
    fingerprints: run.results.length <= MOST_RESULTS ? fingerprint(run.results) : "",
  };
}

/** Reads a payload of unknown origin: known fields only, each checked. */
export function parsePayload(value: unknown): SharePayload {
  if (typeof value !== "object" || value === null || !("config" in value)) {
    throw new UserError("This link holds no configuration: ask for it again.");
  }
  const config = parseConfig(value.config, "This link's configuration");
  if (config.search !== undefined) {
    throw new UserError("This link names an address to search, which no link may: ask for the run's file instead.");
  }
  if (config.endpoint !== undefined) {
    throw new UserError("This link names a server to ask, which no link may: ask for the run's file instead.");
  }
  if (!Value.Check(Outcome, value)) {
    const [first] = Value.Errors(Outcome, value);
    const field = first?.instancePath.slice(1).replaceAll("/", ".") || "the outcome";
    throw new UserError(`This link is damaged (${field} ${first?.message ?? "is not valid"}): ask for it again.`);
  }
  const { dataset, model, digest, fingerprints } = value;
  const { config: asked, decisions, tokens } = digest;
  return { config, dataset, model, digest: { config: asked, decisions, tokens }, fingerprints };
}
