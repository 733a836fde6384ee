import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { resolve } from "node:path";

// npm links the programs of dependencies, not the clone's own: with this link `npx agentcoder` works offline, unasked.
const bin = resolve(import.meta.dirname, "../node_modules/.bin");
mkdirSync(bin, { recursive: true });
if (!existsSync(`${bin}/agentcoder`)) symlinkSync("../../bin/agentcoder.js", `${bin}/agentcoder`);
