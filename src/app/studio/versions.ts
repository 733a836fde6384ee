/** The version after one: its last number counts up, e.g. 0.1.0 -> 0.1.1; one without a number gets a 2. */
export function nextVersion(version: string): string {
  const [, head, number, tail] = /^(.*?)(\d{1,15})(\D*)$/s.exec(version) ?? [];
  return number === undefined ? `${version}-2` : `${head}${Number(number) + 1}${tail}`;
}
