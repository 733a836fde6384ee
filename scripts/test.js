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
    // Each keeps one core busy, so they run beside each other.
    { name: "lint", command: ["npm", "run", "--silent", "lint"], beside: true },
    { name: "types", command: ["npm", "run", "--silent", "types"], beside: true },
    { name: "ruff", command: [python, "-m", "ruff", "check", "."], cwd: trainer, beside: true },
    { name: "ruff-format", command: [python, "-m", "ruff", "format", "--check", "."], cwd: trainer, beside: true },
    { name: "pyright", command: [python, "-m", "pyright"], cwd: trainer, beside: true },
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
  const run = async (stage) => {
    const { code, seconds } = await runStage(stage, ROOT);
    return { name: stage.name, seconds, ...counts(stage, code) };
  };
  const wanted = stages(python).filter(({ name }) => only.length === 0 || only.includes(name));
  const results = await Promise.all(wanted.filter(({ beside }) => beside).map(run));
  for (const stage of wanted.filter(({ beside }) => !beside)) results.push(await run(stage));
  const total = summary(results);
  process.stdout.write(`${total.text}\n`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.stdout.write("0 passed, 1 failed, 0 skipped\n");
  process.exitCode = 1;
});
