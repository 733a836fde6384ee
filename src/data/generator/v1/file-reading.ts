import type { Template } from "../template.ts";
import { fileOps, NUMERIC, saying } from "./file-builder.ts";
import { amount, body, fileName, fileNames, FILES, folder, lines, LINES, texts } from "./file-operands.ts";
import { fileTemplate as template, PROGRAM_TOO } from "./file-topics.ts";

const ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(" ");

/** Reading a file and listing a folder. Difficulty is what has to be read: lines of the file, files of the folder. */
export const FILE_READING: Template[] = [
  template({
    id: "read-first-line",
    topic: "files: reading",
    forms: {
      plain: true,
      nouns: ["the first line of {file}", "the line that {file} begins with", "the top line of the file {file}"],
      sentences: ["read {file} and tell me its first line.", "how does the file {file} begin? i need its first line."],
    },
    why: "What a file says is known only after reading it.",
    alternatives: PROGRAM_TOO,
    // Difficulty: lines of the file.
    draw: (random, difficulty) => {
      const [file, all] = [fileName(random), lines(random, amount(random, LINES, difficulty))];
      const answer = all[0]!;
      return {
        values: { file },
        files: { [file]: body(all) },
        calls: [() => fileOps("read", file)],
        answer,
        check: saying(answer, all),
      };
    },
  }),
  template({
    id: "read-line-number",
    topic: "files: reading",
    forms: {
      plain: true,
      nouns: [
        "the {nth} line of {file}",
        "what stands on the {nth} line of {file}",
        "the {nth} line in the file {file}",
      ],
      sentences: ["read {file} and quote its {nth} line.", "open {file}. what is the {nth} line there?"],
    },
    why: "What a file says is known only after reading it.",
    alternatives: PROGRAM_TOO,
    // Difficulty: lines of the file.
    draw: (random, difficulty) => {
      const [file, all] = [fileName(random), lines(random, amount(random, LINES, difficulty))];
      const at = random.integer(1, Math.min(all.length - 1, ORDINALS.length));
      const answer = all[at]!;
      return {
        values: { file, nth: ORDINALS[at - 1]! },
        files: { [file]: body(all) },
        calls: [() => fileOps("read", file)],
        answer,
        check: saying(answer, all),
      };
    },
  }),
  template({
    id: "list-count",
    topic: "files: listing",
    forms: {
      plain: true,
      nouns: [
        "the number of files in {folder}",
        "how many files {folder} holds",
        "the count of files in the folder {folder}",
      ],
      sentences: [
        "how many files are in {folder}?",
        "count the files in the folder {folder}.",
        "list {folder} and count.",
      ],
    },
    why: "What a folder holds is known only after listing it.",
    alternatives: PROGRAM_TOO,
    // Difficulty: files of the folder.
    draw: (random, difficulty) => {
      const [within, elsewhere] = [folder(random), fileName(random)];
      const names = fileNames(random, amount(random, FILES, difficulty));
      return {
        values: { folder: within },
        files: { ...texts(random, names, `${within}/`), [elsewhere]: "aside\n" },
        calls: [() => fileOps("list", within)],
        answer: String(names.length),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "list-largest",
    topic: "files: listing",
    forms: {
      plain: true,
      nouns: [
        "the name of the largest file in {folder}",
        "the biggest file in {folder}",
        "the file of {folder} with the most bytes",
      ],
      sentences: ["which file in {folder} is the largest?", "which file takes the most space in the folder {folder}?"],
    },
    why: "The sizes of files are known only after listing them.",
    alternatives: PROGRAM_TOO,
    // Difficulty: files of the folder.
    draw: (random, difficulty) => {
      const within = folder(random);
      const names = fileNames(random, amount(random, FILES, difficulty));
      const largest = random.pick(names);
      const files = texts(random, names, `${within}/`);
      files[`${within}/${largest}`] = body(lines(random, random.integer(9, 12)));
      return {
        values: { folder: within },
        files,
        calls: [() => fileOps("list", within)],
        answer: largest,
        check: saying(largest, names),
      };
    },
  }),
  template({
    id: "list-has",
    topic: "files: listing",
    forms: {
      sentences: [
        "is there a file {file} in {folder}?",
        "does the folder {folder} hold a file called {file}?",
        "can you see whether {file} is in {folder}?",
        "check if {folder} has a file named {file}.",
        "i look for {file}: is it in the folder {folder}?",
        "is {file} among the files of {folder}?",
      ],
    },
    why: "What a folder holds is known only after listing it.",
    alternatives: PROGRAM_TOO,
    // Difficulty: files of the folder.
    draw: (random, difficulty) => {
      const within = folder(random);
      const [other, ...names] = fileNames(random, amount(random, FILES, difficulty) + 1);
      const there = random.next() < 0.5;
      const denials = ["no", "not", "isn't", "doesn't"];
      return {
        values: { folder: within, file: there ? random.pick(names) : other! },
        files: texts(random, names, `${within}/`),
        calls: [() => fileOps("list", within)],
        answer: there ? "yes" : "no",
        check: there
          ? { kind: "keywords", any: ["yes", "there is", "is there", "is in", "it is"], none: denials, max_words: 20 }
          : { kind: "keywords", any: denials, none: ["yes"], max_words: 20 },
      };
    },
  }),
];
