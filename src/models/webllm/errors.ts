import { messageOf, UserError } from "../../protocol/index.ts";
import { DeviceLostError, explain } from "../transformers/errors.ts";

/** @param reason the driver's or browser's own words. */
export function gpuLost(reason: string): DeviceLostError {
  return new DeviceLostError(
    `The GPU was lost (${reason}): load the model again, or choose a smaller model or dtype. What was done is kept.`,
  );
}

/** Turns what WebLLM throws while it loads a model into an error for a person, where its cause is known. */
export function explainLoad(error: unknown, title: string): Error {
  const name = error instanceof Error ? error.name : "";
  const message = messageOf(error);
  if (name === "LinkError" || /LinkError|WebAssembly\.instantiate\(\): Import/.test(message)) {
    return new UserError(
      `The compiled library of ${title} was made for another version of WebLLM (${message}): choose a library of this version.`,
    );
  }
  if (name === "QuotaExceededError" || /quota/i.test(message)) {
    return new UserError(
      `The browser's storage has no room for ${title} (${message}): WebLLM keeps what it loads, so free some storage or choose a smaller dtype.`,
    );
  }
  if (name === "NetworkError" || /on 'Cache'|Failed to fetch|Load failed|NetworkError/.test(message)) {
    return new UserError(
      `The files of ${title} could not be fetched (${message}): check the connection and load the model again; what came whole is kept.`,
    );
  }
  if (name === "DeviceLostError" || /requested (maxBufferSize|max\w+)|device was lost/i.test(message)) {
    return new UserError(
      `${title} needs more than this GPU gives (${message}): close other tabs, or choose a smaller model or dtype.`,
    );
  }
  return explain(error, title);
}
