import { resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { blocks, documents, type Block } from "./markdown.ts";

/** Where an example is thought to lie: a module of the clone, so that `agentcoder` is the package itself. */
const fileOf = ({ document, line }: Block) => resolve(`${document.replaceAll("/", "-")}-line-${line}.ts`);

const examples = documents().flatMap((document) => blocks(document, "ts"));
const wrong = {
  path: resolve("docs-wrong.ts"),
  text: 'import { getModel } from "agentcoder";\nexport const id: number = getModel("nano").id;\n',
};
const errors = check(
  new Map([...examples.map((block) => [fileOf(block), block.text] as const), [wrong.path, wrong.text]]),
);

/** Type-checks files that exist only here, as strictly as the project's own; resolves each name to its errors. */
function check(files: Map<string, string>): Map<string, string[]> {
  const { config } = ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, resolve("."));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host });
  const found = new Map<string, string[]>([...files.keys()].map((path) => [path, []]));
  for (const path of files.keys()) {
    const source = program.getSourceFile(path);
    for (const problem of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
      const line = source?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
      found.get(path)?.push(`line ${line + 1}: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`);
    }
  }
  return found;
}

describe("the TypeScript examples of the docs", () => {
  it("are there", () => expect(examples.length).toBeGreaterThan(5));

  it.each(examples)("compile: $document, line $line", (block) => {
    expect(errors.get(fileOf(block))).toEqual([]);
  });

  it("are really checked", () => {
    expect(errors.get(wrong.path)).toEqual([expect.stringMatching(/^line 2: Type 'string' is not/)]);
  });
});
