export { packBundle, readBundle, type Bundle, type BundleFile } from "./bundle/bundle.ts";
export { decodeLink, encodeLink } from "./link.ts";
export { payloadOf, type SharePayload } from "./payload.ts";
export { verdict, type Verdict } from "./verdict.ts";
