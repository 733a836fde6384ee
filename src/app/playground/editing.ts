/** What Enter writes behind `before`: a line end and the line's own indentation, four more behind a colon. */
export function newLine(before: string): string {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  return `\n${indent}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`;
}
