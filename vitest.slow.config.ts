import { defineConfig } from "vitest/config";

// What takes minutes: each command of the docs, preparing a real model, kills and soaks.
export default defineConfig({
  test: {
    include: ["tests/slow/**/*.test.ts", "tests/external/**/*.test.ts"],
    environment: "node",
    // Against what hangs: on a busy machine a model is prepared in half an hour instead of five minutes.
    testTimeout: 60 * 60_000,
    hookTimeout: 60 * 60_000,
    // One at a time: they use every core and the same prepared model.
    fileParallelism: false,
  },
});
