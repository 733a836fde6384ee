import { ensureBuilt } from "../../scripts/build.js";

/** The pages are tested as they are shipped: built, when a source is newer than the build. */
export default async function setup(): Promise<void> {
  await ensureBuilt();
}
