/** Why Python cannot be run in this browser, in one sentence that names the way out; null where it can. */
export function sandboxSupport(): string | null {
  const { WebAssembly, Worker, DecompressionStream, crypto } = globalThis as Partial<typeof globalThis>;
  if (!WebAssembly) {
    return "Python runs in WebAssembly, which this browser does not have or has switched off: allow it, or use another browser.";
  }
  // Browsers keep cryptography, which the frame's policy needs, from pages that came in clear from another machine.
  if (!crypto?.subtle) {
    return "This page came unencrypted from another machine, and browsers keep from such pages what the sandbox needs: open it by https, or at localhost.";
  }
  if (!Worker || !DecompressionStream) {
    return "This browser is too old for the sandbox (it lacks workers or DecompressionStream): use a current one.";
  }
  return null;
}
