/** Where the page is, read from the part of its address after `#`. */
export type Route =
  | { page: "evaluate" }
  | { page: "history" }
  | { page: "playground" }
  | { page: "run"; id: string; sample: string | null }
  | { page: "share"; payload: string }
  | { page: "unknown"; path: string };

/** Reads a location hash. Never throws: what it cannot read is `unknown`. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#\/?/, "").replace(/\/$/, "");
  if (path === "") return { page: "evaluate" };
  if (path === "history" || path === "playground") return { page: path };
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
