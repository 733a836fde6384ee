import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every page that people read, relative to the clone. */
export function documents(): string[] {
  const cards = ["datasets", "public/models"].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, "README.md")) : [],
  );
  const docs = readdirSync("docs").filter((name) => name.endsWith(".md"));
  return [
    "README.md",
    "CONTRIBUTING.md",
    "src/README.md",
    ...docs.map((name) => join("docs", name)),
    ...cards.filter((path) => existsSync(path)),
  ];
}

export interface Block {
  document: string;
  /** The line of the opening fence, from 1. */
  line: number;
  language: string;
  text: string;
}

/** The fenced blocks of a document that are in one language. */
export function blocks(document: string, language: string): Block[] {
  const found: Block[] = [];
  let open: Block | null = null;
  readFileSync(document, "utf8")
    .split("\n")
    .forEach((text, index) => {
      const fence = /^\s*```\s*(\S*)\s*$/.exec(text);
      if (!fence && open) open.text += `${text}\n`;
      if (!fence) return;
      if (open) {
        if (open.language === language) found.push(open);
        open = null;
      } else open = { document, line: index + 1, language: fence[1] ?? "", text: "" };
    });
  if (open) throw new Error(`${document}: the block of line ${(open as Block).line} has no end.`);
  return found;
}

/** The targets of a document's links and pictures, code left out. */
export function links(document: string): string[] {
  const text = readFileSync(document, "utf8")
    .replace(/^\s*```[^]*?^\s*```\s*$/gm, "")
    .replace(/`[^`\n]*`/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => match[1] ?? []);
}

/** The anchors that a document's headings make. */
export function anchors(document: string): string[] {
  return [...readFileSync(document, "utf8").matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
