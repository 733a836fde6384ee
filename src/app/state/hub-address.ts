/** An address as a hub's, with a slash at its end; null where it is none. */
export function hubAddress(text: unknown): string | null {
  if (typeof text !== "string" || !URL.canParse(text)) return null;
  const { href, protocol } = new URL(text);
  if (protocol !== "https:" && protocol !== "http:") return null;
  return href.endsWith("/") ? href : `${href}/`;
}
