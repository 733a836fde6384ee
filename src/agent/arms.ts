import type { Arm, GenerateRequest } from "../protocol/index.ts";
import { CALL_OPEN } from "../models/index.ts";

/** What an arm changes in a turn's request. Forced prefills the first turn only: afterwards the model is free to answer. */
export function armOptions(arm: Arm, step: number): Pick<GenerateRequest, "prefill" | "banned"> {
  if (arm === "forced" && step === 0) return { prefill: CALL_OPEN };
  if (arm === "forbidden") return { banned: [CALL_OPEN] };
  return {};
}
