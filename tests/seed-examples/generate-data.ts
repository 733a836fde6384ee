import { openStore, type Sample, sha256, SyntheticDataGenerator } from "../../src/index.ts";

/** Generates a dataset, saves it in this browser, and reads it back. */
export async function generateData(numSamples: number, seed: number): Promise<{ text: string; stored: Sample[] }> {
  const generator = new SyntheticDataGenerator({ seed });
  const samples = await generator.generate({ numSamples });
  const text = await generator.save();
  const hash = await sha256(text);
  const store = openStore();
  await store.saveDataset({ name: "mine.jsonl", version: "file", sha256: hash, samples });
  console.log(await store.listDatasets());

  const stored = (await store.getDataset(hash))?.samples ?? [];
  store.close();
  return { text, stored };
}
