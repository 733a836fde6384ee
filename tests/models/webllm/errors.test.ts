import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/protocol/index.ts";
import { DeviceLostError } from "../../../src/models/index.ts";
import { explainLoad, gpuLost } from "../../../src/models/webllm/errors.ts";

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe("what WebLLM throws", () => {
  it.each([
    [named("LinkError", "WebAssembly.instantiate(): Import #3"), /another version of WebLLM .*: choose a library/],
    [named("QuotaExceededError", "Quota exceeded."), /no room for Qwen .*: WebLLM keeps what it loads, so free/],
    [named("TypeError", "Failed to execute 'add' on 'Cache': Request failed"), /could not be fetched .*: check the/],
    [named("NetworkError", "A network error occurred."), /could not be fetched .*: check the connection/],
    [named("DeviceLostError", "The WebGPU device was lost while loading"), /more than this GPU gives .*: close other/],
    [new Error("Cannot initialize runtime because of requested maxBufferSize exceeds limit"), /choose a smaller model/],
    [new RangeError("Array buffer allocation failed"), /needs more memory than the browser gives/],
  ])("is told with a way out: %s", (error, sentence) => {
    const told = explainLoad(error, "Qwen");
    expect(told).toBeInstanceOf(UserError);
    expect(told.message).toMatch(sentence);
  });

  it("stays what it is where its cause is not known, or was told already", () => {
    const defect = new TypeError("x is not a function");
    expect(explainLoad(defect, "Qwen")).toBe(defect);
    const told = new UserError("Do this.");
    expect(explainLoad(told, "Qwen")).toBe(told);
    expect(explainLoad("a plain string", "Qwen").message).toBe("a plain string");
  });

  it("says what a lost GPU leaves, and names no device that this runtime does not have", () => {
    expect(gpuLost("driver reset")).toBeInstanceOf(DeviceLostError);
    expect(gpuLost("driver reset").message).toMatch(/^The GPU was lost \(driver reset\): load the model again/);
    expect(gpuLost("driver reset").message).not.toMatch(/WASM/);
  });
});
