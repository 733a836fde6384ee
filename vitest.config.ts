import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // The last two take minutes: vitest.slow.config.ts runs them.
    exclude: ["tests/e2e/**", "tests/slow/**", "tests/external/**"],
    environment: "node",
    testTimeout: 30_000,
    coverage: { include: ["src/**/*.ts"], exclude: ["src/app/**", "src/cli/**"] },
  },
});
