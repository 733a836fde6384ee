import { defineConfig } from "vitest/config";

// What takes minutes: each command of the docs, preparing a real model, kills and soaks.
export default defineConfig({
  test: {
    include: ["tests/slow/**/*.test.ts", "tests/external/**/*.test.ts"],
    environment: "node",
    testTimeout: 20 * 60_000,
    hookTimeout: 20 * 60_000,
    // One at a time: they use every core and the same prepared model.
    fileParallelism: false,
  },
});
