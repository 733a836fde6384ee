import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { installPackages } from "./install.js";
import { ensureChromium } from "./test/chromium.js";
import { ensurePython } from "./test/python.js";
import { counts, runStage, summary } from "./test/stages.js";

// `npm test`: installs what is missing, then checks, unit tests, browser tests and Python tests. `--slow` runs the long
// ones instead. A failing stage does not keep the next from running; the last line sums up all of them.
const ROOT = resolve(import.meta.dirname, "..");
const REPORTS = resolve(ROOT, "test-results/reports");
const slow = process.argv.includes("--slow");
const only = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

/** Each stage: its name, its program, and where its report lies; a stage without a report is one check. */
function stages(python) {
  const report = (name) => resolve(REPORTS, name);
  const vitest = (name, ...args) => ({
    name,
    command: ["npx", "vitest", "run", ...args, "--reporter=default", "--reporter=json"],
    args: [`--outputFile.json=${report(`${name}.json`)}`],
    report: { kind: "vitest", file: report(`${name}.json`) },
  });
  const playwright = (name, ...args) => ({
    name,
    command: ["npx", "playwright", "test", ...args, "--reporter=list,json"],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report(`${name}.json`) },
    report: { kind: "playwright", file: report(`${name}.json`) },
  });
  const pytest = (name, ...args) => ({
    name,
    command: [python, "-m", "pytest", "-q", ...args, `--junitxml=${report(`${name}.xml`)}`],
    cwd: resolve(ROOT, "trainer-server"),
    report: { kind: "junit", file: report(`${name}.xml`) },
  });
  if (slow) return [vitest("slow", "--config", "vitest.slow.config.ts")];
  const trainer = resolve(ROOT, "trainer-server");
  return [
    { name: "lint", command: ["npm", "run", "--silent", "lint"] },
    { name: "types", command: ["npm", "run", "--silent", "types"] },
    { name: "ruff", command: [python, "-m", "ruff", "check", "."], cwd: trainer },
    { name: "ruff-format", command: [python, "-m", "ruff", "format", "--check", "."], cwd: trainer },
    { name: "pyright", command: [python, "-m", "pyright"], cwd: trainer },
    vitest("unit"),
    playwright("browser"),
    pytest("python"),
  ];
}

async function main() {
  installPackages();
  ensureChromium();
  const python = await ensurePython();
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const results = [];
  for (const stage of stages(python)) {
    if (only.length > 0 && !only.includes(stage.name)) continue;
    const { code, seconds } = await runStage(stage, ROOT);
    results.push({ name: stage.name, seconds, ...counts(stage, code) });
  }
  const total = summary(results);
  process.stdout.write(`${total.text}\n`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.stdout.write("0 passed, 1 failed, 0 skipped\n");
  process.exitCode = 1;
});
