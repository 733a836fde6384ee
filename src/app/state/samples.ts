import type { Sample } from "../../protocol/index.ts";

/** Samples by their id; read only, so that pages may share it. */
export type SampleMap = ReadonlyMap<string, Sample>;

/** Makes the map of a dataset's samples. */
export function byId(samples: readonly Sample[] = []): SampleMap {
  return new Map(samples.map((sample) => [sample.id, sample]));
}
