import type { Sample } from "../../protocol/index.ts";
import { auroc } from "../auroc.ts";
import { associate, type Association } from "./association.ts";
import { check, notCompared, percent, quote, some, type TrustCheck } from "./check.ts";
import { paced, type Watch } from "./pace.ts";
import { fold, tokensOf } from "./words.ts";

export interface ShortcutOptions extends Watch {
  /** Of the permutations; 1 by default. Same seed, same findings. */
  seed?: number;
}

/** Below this p an association is taken for one. */
const ALPHA = 0.01;
/** Shares of the label's entropy from which an association is a notice and a problem: with many rows a trifle has a small p. */
const NOTICE = 0.01;
const PROBLEM = 0.1;
/** How far an AUROC is from 0.5: Hosmer and Lemeshow call 0.7 acceptable and 0.8 excellent discrimination. */
const LENGTH_NOTICE = 0.2;
const LENGTH_PROBLEM = 0.3;
/** The share of prompts that must have an opener for there to be openers. */
const COMMON = 0.5;

/** A word or three before the first comma or colon: `Okay, ...`, `Quick one: ...`. */
const OPENER = /^((?:[\p{L}'’]+ ){0,2}[\p{L}'’]+)[,:] /u;

/** Whether a model could read the label off the prompt's first word, its opener or its length, without understanding it. */
export async function shortcuts(
  samples: readonly Sample[],
  { seed = 1, ...watch }: ShortcutOptions = {},
): Promise<TrustCheck[]> {
  const words: string[] = [];
  const openers: string[] = [];
  await paced("first words", samples, watch, ({ prompt }) => {
    words.push(tokensOf(prompt.slice(0, 200))[0] ?? "");
    openers.push(OPENER.exec(fold(prompt.slice(0, 200)))?.[1] ?? "");
  });
  const opened = openers.filter(Boolean).length;
  const [wordTitle, openerTitle] = ["First word and label", "Opener and label"];
  return [
    await telling("first_word", wordTitle, samples, words, seed, watch),
    opened < COMMON * samples.length
      ? notCompared("opener", openerTitle, `${percent(opened, samples.length)} of the prompts begin with an opener.`)
      : await telling("opener", openerTitle, samples, openers, seed, watch),
    promptLength(samples),
  ];
}

async function telling(
  id: string,
  title: string,
  samples: readonly Sample[],
  names: string[],
  seed: number,
  watch: Watch,
): Promise<TrustCheck> {
  const labels = samples.map((sample) => sample.optimal_tool);
  if (new Set(labels).size < 2) return notCompared(id, title, "all samples have the same label.");
  const found = await associate(names, labels, seed, watch);
  const tells = found.p < ALPHA && found.share !== null && found.share >= NOTICE;
  const level = !tells ? "ok" : found.share! >= PROBLEM ? "problem" : "notice";
  return check({ id, title, level, summary: sentence(found) }, tells ? mostTelling(names, samples) : [], (one) => one);
}

function sentence({ mutualInformation, byChance, share, chiSquare, degrees, p, permutations }: Association): string {
  const round = (value: number) => Number(value.toPrecision(3));
  return (
    `Mutual information with optimal_tool ${round(mutualInformation)} bits (${round(byChance)} by chance), ` +
    `${percent(share ?? 0, 1)} of the label's entropy above chance; chi-square ${round(chiSquare)} with ${degrees} degrees of freedom; ` +
    `p = ${round(p)} over ${permutations} permutations. A notice from p < ${ALPHA} and ${percent(NOTICE, 1)}, a problem from ${percent(PROBLEM, 1)}.`
  );
}

/** The beginnings with a label, those first that add most to the mutual information. */
function mostTelling(names: string[], samples: readonly Sample[]) {
  const groups = new Map<string, { name: string; label: string; ids: string[] }>();
  const [byName, byLabel] = [new Map<string, number>(), new Map<string, number>()];
  const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  samples.forEach(({ id, optimal_tool: label }, i) => {
    const name = names[i]!;
    add(byName, name);
    add(byLabel, label);
    const key = JSON.stringify([name, label]);
    const group = groups.get(key) ?? { name, label, ids: [] };
    groups.set(key, group);
    group.ids.push(id);
  });
  const n = samples.length;
  return [...groups.values()]
    .map(({ name, label, ids }) => {
      const [ofName, ofLabel] = [byName.get(name)!, byLabel.get(label)!];
      const adds = ids.length * Math.log2((ids.length * n) / (ofName * ofLabel));
      const detail = `${quote(name)}: ${label} in ${percent(ids.length, ofName)} of ${some(ofName, "sample")}, overall in ${percent(ofLabel, n)}`;
      return { ids, detail, adds };
    })
    .filter(({ adds }) => adds > 0)
    .sort((a, b) => b.adds - a.adds)
    .map(({ ids, detail }) => ({ ids, detail }));
}

function promptLength(samples: readonly Sample[]): TrustCheck {
  const [id, title] = ["prompt_length", "Prompt length and label"];
  const rows = samples.map(({ prompt, optimal_tool }) => ({ score: prompt.length, positive: optimal_tool !== "none" }));
  const area = auroc(rows);
  if (area === null) return notCompared(id, title, "all samples want a tool, or none does.");
  const off = Math.abs(area - 0.5);
  const level = off >= LENGTH_PROBLEM ? "problem" : off >= LENGTH_NOTICE ? "notice" : "ok";
  const summary =
    `A prompt that wants a tool is longer than one that does not with probability ${area.toFixed(3)} (AUROC; 0.5 tells nothing). ` +
    `A notice from ${0.5 + LENGTH_NOTICE}, a problem from ${0.5 + LENGTH_PROBLEM}; the other way round as well.`;
  const worst = level === "ok" ? [] : [{ ids: [], detail: `${area > 0.5 ? "Longer" : "Shorter"} prompts want a tool` }];
  return check({ id, title, level, summary }, worst, (one) => one);
}
