import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/e2e/**", "tests/slow/**"],
    environment: "node",
    testTimeout: 30_000,
    coverage: { include: ["src/**/*.ts"], exclude: ["src/app/**", "src/cli/**"] },
  },
});
