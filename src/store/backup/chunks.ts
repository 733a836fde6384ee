/** So many bytes become a text of 1 MiB; a multiple of three, so that texts can be put one behind the other. */
export const CHUNK = 3 * 2 ** 18;
/** How many bytes a base64 text holds. */
export function bytesIn(text: string): number {
  return (text.length / 4) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);
}
