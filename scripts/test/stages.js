import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Runs a stage with its output shown, as it comes or, where others run beside it, at its end; resolves with its exit code
 * and its seconds.
 */
export function runStage({ name, command, args = [], cwd, env, beside = false }, root) {
  const title = `\n── ${name}\n`;
  if (!beside) process.stdout.write(title);
  const [program, ...rest] = command;
  const started = Date.now();
  return new Promise((done) => {
    const child = spawn(program, [...rest, ...args], {
      cwd: cwd ?? root,
      stdio: beside ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes) => output.push(bytes));
    const end = (code) => {
      if (beside) process.stdout.write(`${title}${Buffer.concat(output)}`);
      done({ code, seconds: Math.round((Date.now() - started) / 1000) });
    };
    child.on("error", (error) => {
      process.stderr.write(`${name}: ${error.message}\n`);
      end(1);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

const READERS = {
  vitest: (text) => {
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = JSON.parse(text);
    return { passed, failed, skipped };
  },
  playwright: (text) => {
    const { expected, unexpected, flaky, skipped } = JSON.parse(text).stats;
    return { passed: expected, failed: unexpected + flaky, skipped };
  },
  junit: (text) => {
    const number = (name) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
    const [failed, skipped] = [number("failures") + number("errors"), number("skipped")];
    return { passed: number("tests") - failed - skipped, failed, skipped };
  },
};

/** What a stage came to. Whatever its report says, a stage that ended with an error has failed at least once. */
export function counts({ report }, code) {
  if (!report) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  let found = { passed: 0, failed: 0, skipped: 0 };
  try {
    found = READERS[report.kind](readFileSync(report.file, "utf8"));
  } catch {
    // No report: the runner never came to its tests.
    found.failed = 1;
  }
  return code !== 0 && found.failed === 0 ? { ...found, failed: 1 } : found;
}

/** A table of the stages and, as its last line, their sum. */
export function summary(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
  const rows = results.map(
    (r) => `${r.name.padEnd(14)} ${r.passed} ok, ${r.failed} not ok, ${r.skipped} left out, ${r.seconds} s`,
  );
  return { passed, failed, text: `\n${rows.join("\n")}\n${passed} passed, ${failed} failed, ${skipped} skipped` };
}
