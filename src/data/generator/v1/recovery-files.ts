import type { Random } from "../../../protocol/index.ts";
import { drawUntil, type Template } from "../template.ts";
import { fileOps, saying } from "./file-builder.ts";
import { amount, body, fileName, fileNames, FILES, folder, line, lines, texts, words } from "./file-operands.ts";
import { PROGRAM_TOO, recoveryTemplate as template } from "./file-topics.ts";

/** A file's name as it is, and as somebody remembers it. */
function misremembered(random: Random): { right: string; asked: string } {
  const [one, two] = words(random, 2) as [string, string];
  return random.pick([
    { right: `${one}-${two}.txt`, asked: `${one}_${two}.txt` },
    { right: `${one}_${two}.txt`, asked: `${one}-${two}.txt` },
    { right: `${one}.md`, asked: `${one}.txt` },
    { right: `${one}-${two}.txt`, asked: `${two}-${one}.txt` },
    { right: `${one}s.txt`, asked: `${one}.txt` },
    { right: `${one}-v2.txt`, asked: `${one}.txt` },
  ]);
}

/** The path that is asked for is not quite what is there. Difficulty is the number of files around. */
export const RECOVERY_FILES: Template[] = [
  template({
    id: "file-misnamed",
    topic: "recovery: names of files",
    forms: {
      plain: true,
      nouns: ["the first line of {file}", "the line with which {file} begins", "the top line of {file}"],
      sentences: [
        "read {file} and quote its first line.",
        "how does {file} begin?",
        "open {file}: what is the first line?",
      ],
    },
    why: "There is no file of that name: the list shows which one is meant.",
    alternatives: PROGRAM_TOO,
    draw: (random, difficulty) => {
      const { right, asked } = misremembered(random);
      // No other file may be the one that was meant.
      const meant = `${right}-${asked}`.split(/[-_.]/).filter((part) => part.length > 3);
      const others = drawUntil(
        () => fileNames(random, amount(random, FILES, difficulty)),
        (names) => !names.some((name) => meant.some((part) => name.includes(part))),
      );
      const text = lines(random, 3);
      return {
        values: { file: asked },
        files: { ...texts(random, others), [right]: body(text) },
        calls: [() => fileOps("read", asked), () => fileOps("list", "."), () => fileOps("read", right)],
        mayFail: [0],
        answer: text[0]!,
        check: saying(text[0]!, text),
      };
    },
  }),
  template({
    id: "file-elsewhere",
    topic: "recovery: names of files",
    forms: {
      plain: true,
      nouns: ["the last line of {file}", "the line at the end of {file}", "the final line of {file}"],
      sentences: [
        "read {file} and quote its last line.",
        "how does {file} end?",
        "open {file}: what is the last line?",
      ],
    },
    why: "The file lies in another folder: the list shows where.",
    alternatives: PROGRAM_TOO,
    draw: (random, difficulty) => {
      const [file, ...others] = fileNames(random, amount(random, FILES, difficulty) + 1) as [string, ...string[]];
      const [wrong, right] = random.pick([
        ["", `${folder(random)}/`],
        [`${folder(random)}/old/`, ""],
      ] as const);
      const text = lines(random, 3);
      return {
        values: { file: wrong + file },
        files: { ...texts(random, others), [right + file]: body(text) },
        calls: [() => fileOps("read", wrong + file), () => fileOps("list", "."), () => fileOps("read", right + file)],
        mayFail: [0],
        answer: text[2]!,
        check: saying(text[2]!, text),
      };
    },
  }),
  template({
    id: "move-onto-file",
    topic: "recovery: a name that is taken",
    forms: {
      sentences: [
        "move {file} to {to}, replacing what is there, and quote the first line of {to} then.",
        "{file} shall replace {to}: move it there, then tell me the first line.",
        "put {file} in the place of {to} and read me the first line of the result.",
        "overwrite {to} by moving {file} onto it. how does {to} begin now?",
        "rename {file} to {to}, whatever has that name now, and give its first line afterwards.",
        "let {file} take the name {to}; the old one can go. then show me the first line of {to}.",
      ],
    },
    why: "A file is not moved onto another: that one must be deleted first.",
    // A program's renaming does not take the old name away.
    alternatives: [],
    draw: (random, difficulty) => {
      const [file, to, ...others] = fileNames(random, amount(random, FILES, difficulty) + 2) as [string, string];
      const text = lines(random, 4);
      return {
        values: { file, to },
        files: { ...texts(random, others), [file]: body(text.slice(0, 2)), [to]: body(text.slice(2)) },
        calls: [
          () => fileOps("move", file, { to }),
          () => fileOps("delete", to),
          () => fileOps("move", file, { to }),
          () => fileOps("read", to),
        ],
        mayFail: [0],
        answer: text[0]!,
        check: saying(text[0]!, text),
      };
    },
  }),
  template({
    id: "folder-not-file",
    topic: "recovery: folders",
    forms: {
      sentences: [
        "read {folder} and give me the code that it holds.",
        "which code is in {folder}?",
        "open {folder}: it has a line with a code. what code?",
        "i saved a code in {folder}. tell me what it is.",
        "look into {folder} for the code and quote it.",
        "find the code that {folder} contains.",
      ],
    },
    why: "The path is a folder's: its list shows the file in it.",
    alternatives: PROGRAM_TOO,
    draw: (random, difficulty) => {
      const [within, file] = [`${folder(random)}-${line(random, [1, 1])}`, fileName(random)];
      const [code, other] = words(random, 2).map((text) => `${text}${random.integer(100, 999)}`) as [string, string];
      const others = fileNames(random, amount(random, FILES, difficulty));
      return {
        values: { folder: within },
        files: {
          ...texts(random, others),
          [`${within}/${file}`]: body([`code: ${code}`]),
          "code.log": body([`code: ${other}`]),
        },
        calls: [
          () => fileOps("read", within),
          () => fileOps("list", within),
          () => fileOps("read", `${within}/${file}`),
        ],
        mayFail: [0],
        answer: code,
        check: saying(code, [other]),
      };
    },
  }),
];
