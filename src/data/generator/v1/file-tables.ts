import type { Difficulty, Random } from "../../../protocol/index.ts";
import { python, type Template } from "../template.ts";
import { fileOps, NUMERIC, saying } from "./file-builder.ts";
import { amount, body, columns, date, fileName, lines, LINES, words } from "./file-operands.ts";
import { PROGRAM_TOO, workTemplate as template } from "./file-topics.ts";

/** What a program may print of a file to see how it is laid out. */
const look = (file: string) => python(`print(open(${JSON.stringify(file)}).read()[:100])`);
const FILE_TOO = ["file_ops"] as const;

/** A table with a column of names and two of numbers; what separates them differs from file to file. */
function table(random: Random, difficulty: Difficulty) {
  const [separator, ending] = random.pick([
    [",", "csv"],
    [";", "csv"],
    ["\t", "tsv"],
    ["|", "txt"],
  ] as const);
  const names = words(random, amount(random, LINES, difficulty));
  const [a, b] = columns(random, 2) as [string, string];
  const rows = names.map((name) => ({ name, a: random.integer(2, 60), b: random.integer(2, 900) }));
  const text = body([["name", a, b], ...rows.map((row) => [row.name, row.a, row.b])].map((row) => row.join(separator)));
  return { file: fileName(random, ending), separator, names, a, b, rows, text };
}

const readRows = (file: string, separator: string) =>
  `import csv\nrows = list(csv.DictReader(open(${JSON.stringify(file)}), delimiter=${JSON.stringify(separator)}))\n`;

/** The sign after the first word of a table. */
const separatorOf = (text: string) => text.charAt("name".length);

/** Tables, orders and ledgers. Difficulty is the number of rows. */
export const FILE_TABLES: Template[] = [
  template({
    id: "table-total",
    topic: "files: tables",
    forms: {
      nouns: [
        "the sum of {column} in {file}",
        "the total of the column {column} of {file}",
        "the total {column} of all rows in {file}",
      ],
      sentences: [
        "add up the column {column} of the table {file}.",
        "what do the numbers under {column} in {file} add up to?",
        "{file} has a column {column}: sum it.",
      ],
    },
    why: "How the table is laid out must be seen before a program can add it up.",
    alternatives: FILE_TOO,
    draw: (random, difficulty) => {
      const { file, separator, b, rows, text } = table(random, difficulty);
      const sum = (sign: string) => `${readRows(file, sign)}print(sum(int(row["${b}"]) for row in rows))`;
      return {
        values: { file, column: b },
        files: { [file]: text },
        calls: [() => look(file), (seen) => python(sum(separatorOf(seen)))],
        program: sum(separator),
        answer: String(rows.reduce((total, row) => total + row.b, 0)),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "table-largest-product",
    topic: "files: tables",
    forms: {
      sentences: [
        "read {file}, then tell me which name has the largest {a} times {b}.",
        "look at {file} first. for which name is {a} * {b} the greatest?",
        "open {file} and find the name with the highest product of {a} and {b}.",
        "see what {file} holds and work out which name leads when {a} is multiplied by {b}.",
        "after a look at {file}: whose {a} times {b} is the most?",
        "view {file}. multiply {a} by {b} in each row: which name has the largest result?",
      ],
    },
    why: "The file is to be read first; the products of many rows need a program.",
    alternatives: PROGRAM_TOO,
    draw: (random, difficulty) => {
      let drawn = table(random, difficulty);
      const products = () => drawn.rows.map((row) => row.a * row.b).sort((x, y) => y - x);
      // No two rows share the first place.
      while (products()[0] === products()[1]) drawn = table(random, difficulty);
      const { file, separator, a, b, rows, names, text } = drawn;
      const best = rows.find((row) => row.a * row.b === products()[0])!.name;
      const most = (sign: string) =>
        `${readRows(file, sign)}print(max(rows, key=lambda row: int(row["${a}"]) * int(row["${b}"]))["name"])`;
      return {
        values: { file, a, b },
        files: { [file]: text },
        calls: [() => fileOps("read", file), (seen) => python(most(separatorOf(seen)))],
        program: most(separator),
        answer: best,
        check: saying(best, names),
      };
    },
  }),
  template({
    id: "order-cost",
    topic: "files: orders",
    forms: {
      nouns: [
        "the cost of the whole order in {file}",
        "what the order in {file} costs in all",
        "the total to be paid for {file}",
      ],
      sentences: [
        "how much is the order {file} altogether?",
        "{file} is an order: what does it come to?",
        "sum up the order that {file} describes.",
      ],
    },
    why: "The names in the JSON must be seen before a program can use them.",
    alternatives: FILE_TOO,
    draw: (random, difficulty) => {
      const file = fileName(random, "json");
      const [list, item] = [
        random.pick(["items", "lines", "order", "entries"]),
        random.pick(["name", "item", "article"]),
      ];
      const [count, price] = [
        random.pick(["quantity", "count", "pieces"]),
        random.pick(["price", "unit_price", "each"]),
      ];
      const rows = words(random, amount(random, LINES, difficulty)).map((name) => ({
        [item]: name,
        [count]: random.integer(2, 40),
        [price]: random.integer(3, 250),
      }));
      const load = `import json\ndata = json.load(open("${file}"))\n`;
      const seeing = `${load}key = next(iter(data))\nprint(key, *data[key][0])`;
      const total = (names: string) => {
        const [all, , many, each] = names.split(" ");
        return `${load}print(sum(row["${many}"] * row["${each}"] for row in data["${all}"]))`;
      };
      return {
        values: { file },
        files: { [file]: `${JSON.stringify({ [list]: rows }, null, 1)}\n` },
        calls: [() => python(seeing), (seen) => python(total(seen))],
        program: total([list, item, count, price].join(" ")),
        answer: String(rows.reduce((sum, row) => sum + Number(row[count]) * Number(row[price]), 0)),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "newest-log-errors",
    topic: "files: logs",
    forms: {
      plain: true,
      nouns: [
        "the number of lines with {level} in the newest log of {folder}",
        "how many lines of the latest log in {folder} say {level}",
      ],
      sentences: [
        "count the {level} lines in the most recent log of {folder}.",
        "{folder} holds a log for each day: how often does the latest one say {level}?",
        "how many times does {level} stand in the newest file of {folder}?",
        "take the last day's log in {folder} and count the lines with {level}.",
      ],
    },
    why: "Which log is the newest is known only after listing the folder.",
    alternatives: PROGRAM_TOO,
    draw: (random, difficulty) => {
      const folder = `${random.pick(words(random, 2))}-logs`;
      const days = new Set(Array.from({ length: { easy: 2, medium: 4, hard: 7 }[difficulty] }, () => date(random)));
      const levels = ["ERROR", "WARNING", "INFO", "DEBUG"];
      const log = () =>
        lines(random, amount(random, LINES, difficulty)).map((text) => `${random.pick(levels)} ${text}`);
      const logs = new Map([...days].sort().map((day) => [`${folder}/${day}.log`, log()] as const));
      const [newest, entries] = [...logs].at(-1)!;
      const level = random.pick(levels.slice(0, 3));
      const count = (file: string) => `print(sum("${level}" in line for line in open("${file}")))`;
      return {
        values: { folder, level },
        files: Object.fromEntries([...logs].map(([path, all]) => [path, body(all)])),
        calls: [
          () => fileOps("list", folder),
          (listed) =>
            python(
              count(
                listed
                  .split("\n")
                  .at(-1)!
                  .replace(/ \(\d+ bytes\)$/, ""),
              ),
            ),
        ],
        program: count(newest),
        answer: String(entries.filter((entry) => entry.startsWith(level)).length),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "ledger-total-appended",
    topic: "files: ledgers",
    forms: {
      sentences: [
        'add up the amounts in {file}, append the sum to it as a line "total N", and read it back to tell me N.',
        '{file} needs a last line "total N" with the sum of its amounts: add it, check the file, and say N.',
        'sum the amounts of {file}, write "total N" at its end, read the file again and give N.',
        'complete {file} with a line "total N", where N is the sum of all amounts. look at it again and report N.',
        'find the sum N of the amounts in {file} and append "total N". then read {file} and tell me the total.',
        'put "total N" below the amounts in {file}, N being their sum. afterwards read it and tell me N.',
      ],
    },
    why: "The sum needs a program, and the file tool writes and shows it.",
    alternatives: FILE_TOO,
    draw: (random, difficulty) => {
      const file = fileName(random);
      const amounts = words(random, amount(random, LINES, difficulty)).map(
        (name) => [name, random.integer(20, 900)] as const,
      );
      const sum = String(amounts.reduce((total, [, n]) => total + n, 0));
      return {
        values: { file },
        files: { [file]: body(amounts.map((entry) => entry.join(" "))) },
        calls: [
          () => python(`print(sum(int(line.split()[1]) for line in open("${file}")))`),
          (total) => fileOps("append", file, { content: `total ${total}\n` }),
          () => fileOps("read", file),
        ],
        answer: sum,
        check: NUMERIC,
      };
    },
  }),
];
