/** Where the page is, read from the part of its address after `#`. */
export type Route =
  | { page: "evaluate" }
  | { page: "history" }
  | { page: "playground" }
  | { page: "storage" }
  | { page: "models" }
  /** `row` counts from 1, as messages about files do; `query` is what stands after a question mark. */
  | { page: "data"; sha256: string | null; row: number | null; query: string }
  | { page: "run"; id: string; sample: string | null }
  | { page: "share"; payload: string }
  | { page: "unknown"; path: string };

/** Reads a location hash. Never throws: what it cannot read is `unknown`. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#\/?/, "").replace(/\/$/, "");
  if (path === "") return { page: "evaluate" };
  if (path === "history" || path === "playground" || path === "storage" || path === "models") return { page: path };
  const data = /^data(?:\/([0-9a-f]{64})(?:\/([1-9]\d{0,8}))?)?(?:\/?\?(.*))?$/s.exec(path);
  if (data) {
    const [, sha256 = null, row, query = ""] = data;
    return { page: "data", sha256, row: row === undefined ? null : Number(row), query };
  }
  const [head, tail, sample] = splitOnce(path);
  if (head === "run" && tail) return { page: "run", id: decode(tail), sample: sample ? decode(sample) : null };
  if (head === "s" && tail) return { page: "share", payload: tail };
  return { page: "unknown", path };
}

/** The address of a run's result, at one of its samples if wanted. */
export function runHref(id: string, sample?: string): string {
  const base = `#/run/${encodeURIComponent(id)}`;
  return sample === undefined ? base : `${base}/${encodeURIComponent(sample)}`;
}

/** The address of a dataset, at one of its rows (from 1) if wanted; `query` says what else is chosen on its page. */
export function dataHref(sha256: string, row?: number | null, query = ""): string {
  return `#/data/${sha256}${row ? `/${row}` : ""}${query && `?${query}`}`;
}

function splitOnce(path: string): [string, string | undefined, string | undefined] {
  const [head = "", tail, ...rest] = path.split("/");
  return [head, tail, rest.length > 0 ? rest.join("/") : undefined];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
