import { describe, expect, it, vi } from "vitest";
import { Seal } from "../../src/sandbox/worker/seal.ts";

/** Imports as Pyodide has them: one object under two names. */
function imports() {
  const functions: Record<string, (...values: number[]) => number> = {
    fd_write: () => 1,
    JsProxy_GetAttr_js: (a = 0, b = 0) => a + b,
    __syscall_socket: () => 3,
    getaddrinfo: () => 0,
  };
  return { functions, all: { env: functions, wasi_snapshot_preview1: functions } as unknown as WebAssembly.Imports };
}

describe("the seal", () => {
  it("lets everything through while it is open, values and all", () => {
    const { functions, all } = imports();
    const seal = new Seal();
    seal.wrap(all);
    expect(functions["JsProxy_GetAttr_js"]!(2, 3)).toBe(5);
    expect(functions["__syscall_socket"]!()).toBe(3);
  });

  it("leaves system calls, refuses sockets with an error number, and tells of anything else once closed", () => {
    const { functions, all } = imports();
    const seal = new Seal();
    const breached = vi.fn();
    seal.wrap(all);
    seal.close(breached);
    expect(functions["fd_write"]!()).toBe(1);
    expect(functions["__syscall_socket"]!()).toBe(-2);
    expect(functions["getaddrinfo"]!()).toBe(-2);
    expect(breached).not.toHaveBeenCalled();
    expect(() => functions["JsProxy_GetAttr_js"]!(2, 3)).toThrow("JavaScript is sealed off");
    expect(breached).toHaveBeenCalledOnce();
    seal.open();
    expect(functions["JsProxy_GetAttr_js"]!(2, 3)).toBe(5);
  });

  it("keeps the signature by which Emscripten puts a function into its table", () => {
    const { functions, all } = imports();
    Object.assign(functions["JsProxy_GetAttr_js"]!, { sig: "iii" });
    new Seal().wrap(all);
    expect(functions["JsProxy_GetAttr_js"]).toHaveProperty("sig", "iii");
  });
});
