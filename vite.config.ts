import { cp } from "node:fs/promises";
import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { contentSecurityPolicy, ISOLATION_HEADERS } from "./trainer-server/server/policy.ts";

const root = import.meta.dirname;

/** A static host sends no headers, so the built pages carry the policy themselves. (The dev server needs inline code.) */
function policyInPage(): Plugin {
  return {
    name: "policy-in-page",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: () => [
        {
          tag: "meta",
          attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy() },
          injectTo: "head-prepend",
        },
      ],
    },
  };
}

/** Published datasets lie outside public/: the build copies them beside the pages, the dev server serves them in place. */
function datasets(): Plugin {
  return {
    name: "datasets",
    configureServer(server) {
      server.middlewares.use("/datasets", (request, _response, next) => {
        request.url = `/datasets${request.url ?? "/"}`;
        next();
      });
    },
    async writeBundle(options) {
      await cp(resolve(root, "datasets"), resolve(options.dir ?? "dist", "datasets"), { recursive: true, force: true });
    },
  };
}

export default defineConfig({
  root,
  // Relative addresses: the same build works at a root, under a sub-path and offline.
  base: "./",
  server: { host: "127.0.0.1", headers: ISOLATION_HEADERS },
  worker: { format: "es" },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: { index: resolve(root, "index.html"), headless: resolve(root, "headless.html") } },
  },
  plugins: [
    svelte(),
    policyInPage(),
    datasets(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "workers",
      filename: "service.worker.ts",
      injectRegister: false,
      manifest: {
        name: "AgentCoder",
        short_name: "AgentCoder",
        description: "When do small code models call a tool, and when do they answer by themselves?",
        start_url: "./",
        scope: "./",
        display: "standalone",
        background_color: "#ffffff",
        theme_color: "#1f2937",
        icons: [
          { src: "icons/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "icons/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "icons/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
        ],
      },
      injectManifest: {
        globPatterns: [
          "index.html",
          "assets/**/*",
          "icons/*",
          "*.webmanifest",
          "datasets/**/*",
          "models/nano/**/*",
          "search/*.jsonl",
          "runtime/**/*",
        ],
        // Weights for training and the runtimes for WebGPU are not needed to open the app offline.
        globIgnores: ["**/*.safetensors", "**/*.asyncify.*", "**/ort.webgpu*", "**/webllm.worker*"],
        maximumFileSizeToCacheInBytes: 64 * 2 ** 20,
      },
    }),
  ],
});
