import { UserError } from "../protocol/index.ts";

/** Checks that every path stays below the working directory. UserError naming the first that does not. */
export function checkPaths(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split("/");
    const wrong = path.includes("\0") || parts.some((part) => part === "" || part === "." || part === "..");
    if (wrong)
      throw new UserError(`files, ${JSON.stringify(path)}: give a path below the working directory, like data/a.txt.`);
    if (typeof text !== "string") throw new UserError(`files, ${JSON.stringify(path)}: the content must be a text.`);
  }
}
