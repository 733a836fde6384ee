import { UserError, type Endpoint } from "../../protocol/index.ts";

/** Addresses on this machine, the only ones that the page's policy admits without encryption. */
const HERE = ["localhost", "127.0.0.1"];

/**
 * The address of a server's API as people write it, in one form: what they copied of a call is left out, and `/v1` stands
 * behind a bare host. UserError in one sentence where no page could ask it, or a key would stand in it.
 */
export function endpointUrl(text: string): string {
  const url = checkUrl(text.trim());
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(chat\/)?completions$|\/models$/, "");
  return `${url.origin}${path || "/v1"}`;
}

/** Whether a run's server can be asked. UserError in one sentence. */
export function checkEndpoint({ url }: Endpoint): void {
  checkUrl(url);
}

function checkUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`"${text}" is not the address of a server: write one such as http://127.0.0.1:8000/v1.`);
  }
  if (url.username || url.password) {
    throw new UserError("The server's address holds a name or password: leave it out, as a run keeps its address.");
  }
  if (/[?#]/.test(text)) {
    throw new UserError(`The server's address ends before its ? or #: write ${url.origin}${url.pathname}.`);
  }
  if (url.protocol === "https:" || HERE.includes(url.hostname)) return url;
  throw new UserError(
    `http://${url.host} is not on this machine, and the page connects to others only by https: write https://${url.host}, or forward a port of this machine to it.`,
  );
}
