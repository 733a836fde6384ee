import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { FRAME_SCRIPT, frameDocument, framePolicy } from "../../src/sandbox/frame.ts";
import { contentSecurityPolicy } from "../../trainer-server/server/policy.ts";

const hash = createHash("sha256").update(FRAME_SCRIPT).digest("base64");

it("the page's policy and the frame's admit the frame's script by its hash, and no code from text", () => {
  for (const policy of [contentSecurityPolicy(), framePolicy(hash)]) {
    expect(policy).toContain(`'sha256-${hash}'`);
    expect(policy).not.toContain("'unsafe-eval'");
    expect(policy).not.toMatch(/script-src[^;]*(unsafe-inline|data:|blob:|\*)/);
  }
  expect(framePolicy(hash)).toContain("connect-src 'none'");
  expect(framePolicy(hash)).toContain("default-src 'none'");
});

it("the document holds exactly the script that the hash is of", () => {
  const script = /<script>([^]*?)<\/script>/.exec(frameDocument(hash))?.[1];
  expect(createHash("sha256").update(script!).digest("base64")).toBe(hash);
});
