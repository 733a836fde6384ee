import type { BenchGoal } from "../../protocol/index.ts";
import { PythonSandbox } from "../../sandbox/index.ts";
import { atLeast, atMost } from "./goals.ts";
import { elapsed, middle } from "./times.ts";

const CODE = "sum(i * i for i in range(1000))";
const SYMPY = "import sympy\nstr(sympy.factor(sympy.Symbol('x')**2 - 1))";

/** What a stock Pyodide in a worker of its own says of one program. Milliseconds. */
interface PeerTimes {
  /** From the worker's creation to the program's result. */
  total: number;
  /** The program alone. */
  program: number;
}

/**
 * The sandbox against its peer, a fresh worker that loads stock Pyodide for each program (served below peer/ by the command
 * line), in one run. `tell` hears what is being measured.
 */
export async function benchSandbox(tell: (stage: string) => void): Promise<BenchGoal[]> {
  const sandbox = new PythonSandbox();
  try {
    tell("Starting Python");
    await sandbox.ready();
    for (let i = 0; i < 3; i++) await timed(sandbox, CODE);
    tell("Warm runs");
    const warm = await median(15, () => timed(sandbox, CODE));
    tell("Runs after a kill");
    const afterKill = await median(7, () => timedAfterKill(sandbox));
    tell("SymPy");
    const sympy = await median(7, () => timed(sandbox, SYMPY));
    tell("Runs back to back");
    const perSecond = await throughput(sandbox, 30);
    tell("The peer: stock Pyodide in a fresh worker");
    const peers = [await peer(CODE), await peer(CODE), await peer(CODE)];
    const peerWarm = middle(peers.map(({ total }) => total));
    tell("The peer: importing SymPy");
    const peerSympy = middle([await peer(SYMPY), await peer(SYMPY)].map(({ program }) => program));
    return [
      // On a fast host the ratio decides.
      {
        name: "warm run",
        value: warm,
        unit: "ms",
        peer: peerWarm,
        goal: "<= 50",
        met: warm <= 50 || peerWarm / warm >= 60,
      },
      atLeast("fresh stock worker / warm run", peerWarm / warm, "x", 60),
      atMost("run after a kill", afterKill, "ms", 100),
      atLeast("importing SymPy / SymPy ready", peerSympy / sympy, "x", 20),
      atLeast("runs back to back", perSecond, "runs/s", 5),
    ];
  } finally {
    sandbox.dispose();
  }
}

/** Milliseconds of one program, its interpreter ready. */
async function timed(sandbox: PythonSandbox, code: string): Promise<number> {
  await sandbox.ready();
  return elapsed(() => run(sandbox, code));
}

async function timedAfterKill(sandbox: PythonSandbox): Promise<number> {
  const { killed } = await sandbox.execute("while True: pass", { timeout: 0.5 });
  if (killed !== "timeout") throw new Error("The endless program was not killed.");
  return elapsed(() => run(sandbox, CODE));
}

async function throughput(sandbox: PythonSandbox, runs: number): Promise<number> {
  const ms = await elapsed(async () => {
    for (let i = 0; i < runs; i++) await run(sandbox, CODE);
  });
  return (runs * 1000) / ms;
}

async function run(sandbox: PythonSandbox, code: string): Promise<void> {
  const { error } = await sandbox.execute(code, { timeout: 60 });
  if (error) throw new Error(`${error.type}: ${error.message}`);
}

async function peer(code: string): Promise<PeerTimes> {
  const begun = performance.now();
  const worker = new Worker(new URL("peer/worker.js", document.baseURI), { type: "module" });
  try {
    const program = await new Promise<number>((done, failed) => {
      worker.onmessage = ({ data }: MessageEvent<number | string>) =>
        typeof data === "number" ? done(data) : failed(new Error(data));
      worker.onerror = (event) => failed(new Error(`The peer did not start: ${event.message}`));
      worker.postMessage(code);
    });
    return { total: performance.now() - begun, program };
  } finally {
    worker.terminate();
  }
}

async function median(times: number, measure: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push(await measure());
  return middle(found);
}
