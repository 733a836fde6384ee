import { describe, expect, it } from "vitest";
import { UserError } from "../../src/protocol/index.ts";
import { DeviceLostError } from "../../src/models/index.ts";
import { deviceLost, explain, revive } from "../../src/models/transformers/errors.ts";

/** What Comlink leaves of an error that crosses from a worker. */
const crossed = ({ name, message }: Error) => Object.assign(new Error(message), { name });

describe("errors that cross from the worker", () => {
  it("keep their class, so that a run can tell a lost GPU from a mistake", () => {
    const lost = revive(crossed(deviceLost("driver reset")));
    expect(lost).toBeInstanceOf(DeviceLostError);
    expect(lost).toMatchObject({
      name: "DeviceLostError",
      message: expect.stringContaining("(driver reset)") as string,
    });
    const told = revive(crossed(new UserError("Do this.")));
    expect(told).toBeInstanceOf(UserError);
    expect(told).not.toBeInstanceOf(DeviceLostError);
    const defect = new TypeError("x is not a function");
    expect(revive(defect)).toBe(defect);
  });
});

describe("explain", () => {
  it.each([
    new RangeError("Array buffer allocation failed"),
    new Error("std::bad_alloc"),
    new Error("Can't create a session: failed to allocate a buffer of size 540000000."),
  ])("says that memory is short for %s", (error) => {
    expect(explain(error, "SmolLM2").message).toMatch(
      /^SmolLM2 needs more memory than the browser gives .*smaller dtype/,
    );
  });

  it("leaves sentences and unknown errors as they are", () => {
    const told = new UserError("Do this.");
    const defect = new Error("shape mismatch");
    expect(explain(told, "x")).toBe(told);
    expect(explain(defect, "x")).toBe(defect);
    expect(explain(17, "x").message).toBe("17");
  });
});
