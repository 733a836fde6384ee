import globals from "globals";
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";

// The floors of the house, from the ground up. A file may import from its own folder and from floors below it.
const FLOORS = [
  ["protocol"],
  ["store", "sandbox"],
  ["models", "tools", "data"],
  ["agent"],
  ["evaluation", "training"],
  ["share"],
  ["app", "cli"],
];

/** What a file of `folder` must not import: floors above and neighbours on its floor; Svelte and Node where they do not belong. */
function rules(folder, level) {
  const forbidden = FLOORS.slice(level)
    .flat()
    .filter((name) => name !== folder);
  const patterns = [
    {
      regex: `^\\.\\./(\\.\\./)*(${forbidden.join("|")})/`,
      message: `src/${folder} may import only from floors below it (src/README.md).`,
    },
  ];
  if (folder !== "cli") patterns.push({ regex: "^node:", message: "Node belongs to src/cli and trainer-server only." });
  if (folder !== "app") patterns.push({ regex: "(^svelte|\\.svelte$)", message: "Svelte belongs to src/app only." });
  return {
    files: [`src/${folder}/**/*.ts`, `src/${folder}/**/*.svelte`],
    rules: { "no-restricted-imports": ["error", { patterns }] },
  };
}

export default ts.config(
  {
    ignores: [
      "dist",
      "coverage",
      "node_modules",
      "public",
      "results",
      "models",
      ".cache",
      ".venv",
      "test-results",
      "playwright-report",
    ],
  },
  ...ts.configs.recommended,
  ...svelte.configs["flat/recommended"],
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  { files: ["**/*.svelte", "**/*.svelte.ts"], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      // Hash routes: there is nothing for a router's resolve() to resolve.
      "svelte/no-navigation-without-resolve": "off",
      // Model, dataset and tool text is hostile: it is rendered as text, never as HTML.
      "svelte/no-at-html-tags": "error",
      "no-eval": "error",
      "no-new-func": "error",
    },
  },
  ...FLOORS.flatMap((folders, level) => folders.map((folder) => rules(folder, level))),
);
