import { canonicalJson, type Sample } from "../../protocol/index.ts";
import { check, quote, some, type TrustCheck } from "./check.ts";
import { bandingFor, bandKey, createSigner, jaccard, shinglesOf } from "./minhash.ts";
import { paced, type Watch } from "./pace.ts";
import { fold, tokensOf } from "./words.ts";

export interface DuplicateOptions extends Watch {
  /** The least Jaccard similarity of near duplicates, above 0 and at most 1; 0.8 by default. */
  threshold?: number;
  /** All numbers count as the same: finds what one template made. Off by default. */
  maskNumbers?: boolean;
  /** Of the hash functions; 1 by default. Same seed, same findings. */
  seed?: number;
}

/** Words of a shingle. */
const SHINGLE = 3;
/** Each prompt is compared with at most so many before it in a bucket, so that a dataset of one template is not quadratic. */
const WINDOW = 50;

/** Samples that ask the same. With other files or other tools the same words ask something else. */
export async function exactDuplicates(samples: readonly Sample[], watch: Watch = {}): Promise<TrustCheck> {
  const groups = new Map<string, Sample[]>();
  await paced("exact duplicates", samples, watch, (sample) => {
    const key = canonicalJson([fold(sample.prompt), sample.files, sample.tools]);
    const known = groups.get(key);
    if (known) known.push(sample);
    else groups.set(key, [sample]);
  });
  const found = [...groups.values()].filter((group) => group.length > 1);
  const labels = (group: Sample[]) => [...new Set(group.map((sample) => sample.optimal_tool))];
  const torn = found.filter((group) => labels(group).length > 1);
  const superfluous = found.reduce((sum, group) => sum + group.length - 1, 0);
  return check(
    {
      id: "exact_duplicates",
      title: "Exact duplicates",
      level: found.length > 0 ? "problem" : "ok",
      summary:
        found.length === 0
          ? "No two samples ask the same, whatever their case, white space and Unicode form."
          : `${some(superfluous, "sample")} repeat another; of ${some(found.length, "group")}, ${torn.length} are labelled in two ways.`,
    },
    [...torn, ...found.filter((group) => !torn.includes(group))],
    (group) => ({
      ids: group.map(({ id }) => id),
      detail: `${quote(group[0]!.prompt)}, labelled ${labels(group).join(" and ")}`,
    }),
  );
}

/** Prompts that share most of their word 3-shingles (MinHash, Broder 1997; every candidate's similarity is computed). */
export async function nearDuplicates(
  samples: readonly Sample[],
  { threshold = 0.8, maskNumbers = false, seed = 1, ...watch }: DuplicateOptions = {},
): Promise<TrustCheck> {
  if (!(threshold > 0 && threshold <= 1)) throw new RangeError(`threshold is ${threshold}: it is above 0, at most 1.`);
  const groups = new Map<string, number[]>();
  await paced("words", samples, watch, ({ prompt }, i) => {
    const key = tokensOf(prompt, maskNumbers).join(" ");
    const known = groups.get(key);
    if (known) known.push(i);
    else groups.set(key, [i]);
  });
  const { clusters, leftOut } = await cluster([...groups.keys()], threshold, seed, watch);
  const members = [...groups.values()];
  const found = clusters
    .map((indices) => indices.flatMap((i) => members[i]!).sort((a, b) => a - b))
    // What is the same to the letter is another check's finding.
    .filter((indices) => new Set(indices.map((i) => fold(samples[i]!.prompt))).size > 1)
    .sort((a, b) => b.length - a.length || a[0]! - b[0]!);
  const involved = found.reduce((sum, { length }) => sum + length, 0);
  const held = `similarity at least ${threshold} over word ${SHINGLE}-shingles${maskNumbers ? ", numbers masked" : ""}`;
  return check(
    {
      id: "near_duplicates",
      title: "Near duplicates",
      level: found.length > 0 ? "notice" : "ok",
      summary: [
        found.length === 0
          ? `No near duplicates (${held}).`
          : `${some(involved, "sample")} in ${some(found.length, "group")} of near duplicates (${held}).`,
        ...(leftOut > 0 ? [`${leftOut} comparisons beyond ${WINDOW} in a bucket were left out.`] : []),
      ].join(" "),
    },
    found,
    (indices) => {
      const own = indices.map((i) => samples[i]!);
      const other = own.find(({ prompt }) => fold(prompt) !== fold(own[0]!.prompt))!;
      return { ids: own.map(({ id }) => id), detail: `${quote(own[0]!.prompt)} and ${quote(other.prompt)}` };
    },
  );
}

/** Groups of texts, tokens joined by spaces, that chains of similar pairs hold together; also groups of one. */
async function cluster(texts: string[], threshold: number, seed: number, watch: Watch) {
  const banding = bandingFor(threshold);
  const sign = createSigner(seed, banding);
  const shingles: Uint32Array[] = [];
  const signatures: Uint32Array[] = [];
  await paced("signatures", texts, watch, (text) => {
    const set = shinglesOf(text.split(" "), SHINGLE);
    shingles.push(set);
    signatures.push(sign(set));
  });
  const parents = texts.map((_, i) => i);
  const rootOf = (i: number): number => {
    while (parents[i] !== i) i = parents[i] = parents[parents[i]!]!;
    return i;
  };
  let leftOut = 0;
  for (let band = 0; band < banding.bands; band++) {
    const buckets = new Map<number, number[]>();
    await paced(`bucket ${band + 1} of ${banding.bands}`, signatures, watch, (signature, i) => {
      const key = bandKey(signature, band, banding.rows);
      const bucket = buckets.get(key);
      if (!bucket) return void buckets.set(key, [i]);
      const from = Math.max(0, bucket.length - WINDOW);
      leftOut += from;
      for (let at = bucket.length - 1; at >= from; at--) {
        const [a, b] = [rootOf(i), rootOf(bucket[at]!)];
        if (a !== b && jaccard(shingles[i]!, shingles[bucket[at]!]!) >= threshold)
          parents[Math.max(a, b)] = Math.min(a, b);
      }
      bucket.push(i);
    });
  }
  const clusters = new Map<number, number[]>();
  await paced("groups", texts, watch, (_, i) => {
    const known = clusters.get(rootOf(i));
    if (known) known.push(i);
    else clusters.set(rootOf(i), [i]);
  });
  return { clusters: [...clusters.values()], leftOut };
}
