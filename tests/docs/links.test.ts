import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchors, documents, links } from "./markdown.ts";

const all = documents().flatMap((document) => links(document).map((link) => ({ document, link })));

describe("the links of the docs", () => {
  it("lead from the first page to every page of docs/", () => {
    const linked = links("README.md");
    for (const document of documents().filter((path) => path.startsWith("docs/"))) expect(linked).toContain(document);
  });

  it.each(all.filter(({ link }) => !/^[a-z]+:/.test(link)))(
    "lead somewhere: $link in $document",
    ({ document, link }) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? document : join(dirname(document), path);
      expect(existsSync(target)).toBe(true);
      if (anchor !== undefined) expect(anchors(target)).toContain(anchor);
    },
  );

  it("go out over https only", () => {
    expect(all.filter(({ link }) => /^[a-z]+:/.test(link) && !link.startsWith("https://"))).toEqual([]);
  });

  it("name only files that are there, where a page names one of the tree", () => {
    const gone = documents().flatMap((document) =>
      [...readFileSync(document, "utf8").matchAll(/`((?:src|workers|scripts|tests|docs|trainer-server)\/[\w./-]+)`/g)]
        .map((match) => match[1] ?? "")
        .filter((path) => !existsSync(path))
        .map((path) => `${document}: ${path}`),
    );
    expect(gone).toEqual([]);
  });
});
