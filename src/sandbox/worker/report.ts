import type { PyodideAPI } from "pyodide";

/** Where runner.py writes what came of the program. */
const DEVICE = "/dev/report";
/** Bytes: escaped, a value within the largest limit of output that makes sense. */
const LONGEST = 64 << 20;

/** The device that the runner's last words go to. The program may write to it too: only the last line counts. */
export class Report {
  private chunks: Uint8Array[] = [];
  private bytes = 0;

  constructor(fs: PyodideAPI["FS"]) {
    const device = fs.makedev(64, 0) as number;
    fs.registerDevice(device, {
      write: (_stream: unknown, buffer: Uint8Array | Int8Array, offset: number, length: number) => {
        this.bytes += length;
        if (this.bytes <= LONGEST) this.chunks.push(new Uint8Array(buffer.slice(offset, offset + length)));
        return length;
      },
    });
    fs.mkdev(DEVICE, device);
  }

  /** What was reported. Throws where that is nothing that the runner writes. */
  read(): { value: string | null; errorType: string | null; errorMessage: string } {
    const decoder = new TextDecoder();
    const text = this.chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
    const last = text.trimEnd().split("\n").at(-1);
    if (!last) throw new Error("the program ended its own run");
    const [value, errorType, errorMessage] = JSON.parse(last) as [string | null, string | null, string];
    return { value, errorType, errorMessage };
  }
}
