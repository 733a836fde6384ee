import { createHash } from "node:crypto";
import { FRAME_SCRIPT } from "../../src/sandbox/frame.ts";

/**
 * The page's Content-Security-Policy: scripts of this origin, WebAssembly, and the sandbox frame's one inline script by
 * its hash; nothing compiles text into code. `unsafe-inline` holds for styles only (plots and style attributes).
 */
export function contentSecurityPolicy(): string {
  const frame = createHash("sha256").update(FRAME_SCRIPT).digest("base64");
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' 'sha256-${frame}'`,
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    // Live searches, models from hubs, services on this machine. What holds hostile code is not this line: the sandbox's
    // frame has a policy of its own, whose `connect-src 'none'` holds there beside this one.
    "connect-src 'self' blob: data: https: http://localhost:* http://127.0.0.1:*",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'",
  ].join("; ");
}

/** What makes the page cross-origin isolated (threads) and keeps other sites from embedding or reading it. */
export const ISOLATION_HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

/** Headers of every response of the companion server. frame-ancestors works only as a header, so it is added here. */
export function securityHeaders(): Record<string, string> {
  return {
    ...ISOLATION_HEADERS,
    "Content-Security-Policy": `${contentSecurityPolicy()}; frame-ancestors 'none'`,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  };
}
