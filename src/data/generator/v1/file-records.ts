import type { Template } from "../template.ts";
import { fileOps, NUMERIC, saying } from "./file-builder.ts";
import { amount, body, fileName, fileNames, FILES, LINES, people, settings, words } from "./file-operands.ts";
import { fileTemplate as template, PROGRAM_TOO } from "./file-topics.ts";

/** Finding an entry in a file, and a word in files. Difficulty is what has to be read or searched: entries, files, lines. */
export const FILE_RECORDS: Template[] = [
  template({
    id: "setting-value",
    topic: "files: records",
    forms: {
      plain: true,
      nouns: ["the value of {key} in {file}", "the {key} that {file} sets", "what {key} is set to in {file}"],
      sentences: [
        "which value has {key} in the file {file}?",
        "read {file}: what is {key} there?",
        "look into {file} for the setting {key}.",
      ],
    },
    why: "A setting is known only after reading its file.",
    alternatives: PROGRAM_TOO,
    // Difficulty: settings in the file.
    draw: (random, difficulty) => {
      const [file, keys] = [
        fileName(random, "ini", "env", "toml"),
        settings(random, amount(random, LINES, difficulty)),
      ];
      const given = words(random, keys.length).map((text) =>
        random.pick([text, `${text}${random.integer(10, 99)}`, String(random.integer(100, 99_999))]),
      );
      const at = random.integer(0, keys.length - 1);
      const sign = file.endsWith("env") ? "=" : " = ";
      return {
        values: { file, key: keys[at]! },
        files: { [file]: body(keys.map((key, i) => key + sign + given[i])) },
        calls: [() => fileOps("read", file)],
        answer: given[at]!,
        check: saying(given[at]!, given),
      };
    },
  }),
  template({
    id: "person-room",
    topic: "files: records",
    forms: {
      plain: true,
      nouns: [
        "the room of {name} according to {file}",
        "the room number of {name} in {file}",
        "{name}'s room in {file}",
      ],
      sentences: [
        "in which room is {name}? see {file}.",
        "look up {name} in {file}: which room is it?",
        "{file} lists rooms: where is {name}?",
      ],
    },
    why: "An entry is known only after reading its file.",
    alternatives: PROGRAM_TOO,
    // Difficulty: people in the file.
    draw: (random, difficulty) => {
      const [file, names] = [fileName(random), people(random, amount(random, LINES, difficulty))];
      const rooms = random.shuffle(Array.from({ length: 800 }, (_, i) => 100 + i)).slice(0, names.length);
      const at = random.integer(0, names.length - 1);
      const room = String(rooms[at]);
      return {
        values: { file, name: names[at]! },
        files: { [file]: body(names.map((name, i) => `${name}: room ${rooms[i]}`)) },
        calls: [() => fileOps("read", file)],
        answer: room,
        check: saying(room, rooms.map(String)),
      };
    },
  }),
  template({
    id: "search-file",
    topic: "files: searching",
    forms: {
      plain: true,
      nouns: [
        'the file that contains "{word}"',
        'the name of the file with the word "{word}"',
        'the file in which "{word}" stands',
      ],
      sentences: [
        'which file mentions "{word}"?',
        'search my files for "{word}": in which one is it?',
        'where in my files is the word "{word}"?',
      ],
    },
    why: "Which file holds a word is known only after searching.",
    alternatives: PROGRAM_TOO,
    // Difficulty: files to be searched.
    draw: (random, difficulty) => {
      const names = fileNames(random, amount(random, FILES, difficulty));
      const [needle, ...rest] = words(random, 3 * names.length + 1);
      const right = random.pick(names);
      const text = (name: string, i: number) => {
        const own = rest.slice(3 * i, 3 * i + 3);
        return body([own.join(" "), name === right ? `${own[0]} ${needle}` : `${own[1]} ${own[0]}`]);
      };
      return {
        values: { word: needle! },
        files: Object.fromEntries(names.map((name, i) => [name, text(name, i)])),
        calls: [() => fileOps("search", ".", { content: needle! })],
        answer: right,
        check: saying(right, names),
      };
    },
  }),
  template({
    id: "search-line",
    topic: "files: searching",
    forms: {
      plain: true,
      nouns: [
        'the number of the line with "{word}" in {file}',
        'the line number of "{word}" in {file}',
        'the line of {file} on which "{word}" is',
      ],
      sentences: [
        'on which line of {file} is the word "{word}"?',
        'search {file} for "{word}": which line is it?',
        'at which line does "{word}" stand in {file}?',
      ],
    },
    why: "Where a word stands is known only after searching.",
    alternatives: PROGRAM_TOO,
    // Difficulty: lines of the file.
    draw: (random, difficulty) => {
      const [file, count] = [fileName(random), amount(random, LINES, difficulty)];
      const [needle, ...rest] = words(random, 2 * count + 1);
      const at = random.integer(1, count);
      const all = Array.from({ length: count }, (_, i) => {
        const [one, two] = rest.slice(2 * i, 2 * i + 2);
        return i + 1 === at ? `${one} ${needle} ${two}` : `${one} ${two}`;
      });
      return {
        values: { file, word: needle! },
        files: { [file]: body(all) },
        calls: [() => fileOps("search", file, { content: needle! })],
        answer: String(at),
        check: NUMERIC,
      };
    },
  }),
];
