import type { Check, Difficulty, Random } from "../../../protocol/index.ts";
import type { Template } from "../template.ts";
import { fileOps, NUMERIC } from "./file-builder.ts";
import { amount, body, fileName, fileNames, folder, line, lines, LINES, texts } from "./file-operands.ts";
import { fileTemplate as template, PROGRAM_TOO } from "./file-topics.ts";

/** What a program deletes or moves away stays in the workspace: only the file tool will do. */
const NOTHING_ELSE = [] as const;

/** Judged by the call: an answer to a request to do something says nothing that only the doing can tell. */
const done = (operation: string, path: string, to?: string): Check => ({
  kind: "calls",
  calls: [{ name: "file_ops", arguments: { operation: [operation], path: [path], ...(to && { to: [to] }) } }],
});

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** Changing files. Difficulty is what has to be written: words of a text, parts of a path. */
export const FILE_CHANGES: Template[] = [
  template({
    id: "write-note",
    topic: "files: writing",
    forms: {
      sentences: [
        'write "{text}" into {file} and tell me its size in bytes.',
        'make a file {file} with the text "{text}". how many bytes has it?',
        'save "{text}" as {file}, then give me the size of the file.',
        'put the words "{text}" into a new file {file} and report its bytes.',
        'create {file} containing "{text}"; how large is it in bytes?',
        'i need a file {file} that says "{text}". make it and tell me its size.',
      ],
    },
    why: "A file is written by a tool only, which prints its size.",
    alternatives: PROGRAM_TOO,
    // Difficulty: words of the text. The size is what `file_ops` prints; an answer passes with that number alone.
    draw: (random, difficulty) => {
      const size = ({ easy: [2, 3], medium: [5, 7], hard: [10, 14] } as const)[difficulty];
      const [file, text] = [fileName(random), line(random, size)];
      return {
        values: { file, text },
        files: texts(random, [fileName(random, "log")]),
        calls: [() => fileOps("write", file, { content: text })],
        answer: `wrote ${file} (${bytes(text)} bytes)`,
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "append-line",
    topic: "files: changing",
    forms: {
      sentences: [
        'append the line "{text}" to {file} and tell me how many bytes it has then.',
        'add "{text}" as a last line to {file}. how large is the file now?',
        '{file} lacks the line "{text}": add it at the end and give the new size.',
        'put "{text}" on a new line at the end of {file}, then report its bytes.',
        'extend {file} by the line "{text}" and say its size in bytes.',
        'at the end of {file}, add a line with "{text}". what size has it afterwards?',
      ],
    },
    why: "A file is changed by a tool only, and its size was not known before.",
    alternatives: PROGRAM_TOO,
    // Difficulty: words of the line. An answer passes with the size alone, which depends on what was there before.
    draw: (random, difficulty) => {
      const size = ({ easy: [1, 2], medium: [4, 6], hard: [9, 12] } as const)[difficulty];
      const [file, text] = [fileName(random), line(random, size)];
      const before = body(lines(random, amount(random, LINES, difficulty)));
      return {
        values: { file, text },
        files: { [file]: before },
        calls: [() => fileOps("append", file, { content: `${text}\n` })],
        answer: `appended to ${file} (${bytes(before) + bytes(text) + 1} bytes)`,
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "delete-file",
    topic: "files: changing",
    forms: {
      sentences: [
        "delete {file}.",
        "remove the file {file}.",
        "{file} is not needed any more: delete it.",
        "please get rid of {file}.",
        "clean up: the file {file} has to go.",
        "throw the file {file} away.",
      ],
    },
    why: "A file is deleted by a tool only.",
    alternatives: NOTHING_ELSE,
    // Difficulty: parts of the path.
    draw: (random, difficulty) => {
      const file = within(random, difficulty);
      return {
        values: { file },
        files: { [file]: "old\n", ...texts(random, fileNames(random, 2, ["log"])) },
        calls: [() => fileOps("delete", file)],
        answer: `deleted ${file}`,
        check: done("delete", file),
      };
    },
  }),
  template({
    id: "move-file",
    topic: "files: changing",
    forms: {
      sentences: [
        "move {file} to {to}.",
        "give {file} the new path {to}.",
        "rename the file {file}: it should be {to}.",
        "{file} belongs at {to}: move it there.",
        "the path of {file} is wrong, make it {to}.",
        "please put {file} at {to} instead.",
      ],
    },
    why: "A file is moved by a tool only.",
    alternatives: NOTHING_ELSE,
    // Difficulty: parts of the two paths.
    draw: (random, difficulty) => {
      const [file, to] = [within(random, difficulty), within(random, difficulty, "csv", "json")];
      return {
        values: { file, to },
        files: { [file]: "kept\n", ...texts(random, fileNames(random, 2, ["log"])) },
        calls: [() => fileOps("move", file, { to })],
        answer: `moved ${file} to ${to}`,
        check: done("move", file, to),
      };
    },
  }),
];

/** A path of one part, two or three. */
function within(random: Random, difficulty: Difficulty, ...endings: string[]) {
  const folders = { easy: 0, medium: 1, hard: 2 }[difficulty];
  return [...Array.from({ length: folders }, () => folder(random)), fileName(random, ...endings)].join("/");
}
