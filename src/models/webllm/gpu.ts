/** Resolves with the reason when a GPU device that this worker asks for from now on is lost. WebLLM shows its device to nobody. */
export function watchDevices(adapter: { prototype: Pick<GPUAdapter, "requestDevice"> }): Promise<string> {
  return new Promise((resolve) => {
    const { requestDevice } = adapter.prototype;
    adapter.prototype.requestDevice = async function (this: GPUAdapter, ...args) {
      const device = await requestDevice.apply(this, args);
      void device.lost.then(({ message, reason }) => resolve(message || reason || "no reason was given"));
      return device;
    };
  });
}
