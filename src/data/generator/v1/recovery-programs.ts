import { number, nonZero } from "../operands.ts";
import { algebra, python, sympyProgram, type Template } from "../template.ts";
import { NUMERIC } from "./file-builder.ts";
import { amount, body, columns, fileName, LINES, words } from "./file-operands.ts";
import { recoveryTemplate as template } from "./file-topics.ts";

const FILE_TOO = ["file_ops"] as const;

/** A module that somebody may ask for and that does not exist, the right one, and a function of it that takes a list, or its items ("*"). */
const MODULES = [
  ["statistic", "statistics", "mean", ""],
  ["stats", "statistics", "fmean", ""],
  ["maths", "math", "prod", ""],
  ["math.products", "math", "prod", ""],
  ["mathematics", "math", "gcd", "*"],
  ["pymath", "math", "lcm", "*"],
] as const;

/** The first program or expression fails, by what the question says or the file holds, and is mended. */
export const RECOVERY_PROGRAMS: Template[] = [
  template({
    id: "header-differs",
    topic: "recovery: headers of tables",
    forms: {
      nouns: ["the sum of the column {column} of {file}", "the total of {column} in the CSV file {file}"],
      sentences: [
        "add up the column {column} of {file}.",
        "sum {column} over all rows of the CSV file {file}.",
        "{file} has a column for {column}: what is its total?",
        "with csv.DictReader, add up {column} in {file}.",
      ],
    },
    why: "The column has another name in the header: after the KeyError the header must be looked at.",
    alternatives: FILE_TOO,
    // Difficulty: rows of the table.
    draw: (random, difficulty) => {
      const [file, [column, other]] = [fileName(random, "csv"), columns(random, 2) as [string, string]];
      const header = random.pick([
        `${column}_total`,
        `net_${column}`,
        column.toUpperCase(),
        `${column} (new)`,
        ` ${column}`,
      ]);
      const rows = words(random, amount(random, LINES, difficulty)).map(
        (name) => [name, random.integer(2, 90), random.integer(20, 900)] as const,
      );
      const read = `import csv\nrows = list(csv.DictReader(open("${file}")))\n`;
      const sum = (name: string) => `${read}print(sum(int(row[${JSON.stringify(name)}]) for row in rows))`;
      const third = (names: string) => (JSON.parse(names) as string[])[2]!;
      return {
        values: { file, column },
        files: { [file]: body([["name", other, header], ...rows].map((row) => row.join(","))) },
        calls: [
          () => python(sum(column)),
          () => python(`import json\n${read}print(json.dumps(list(rows[0])))`),
          (names) => python(sum(third(names))),
        ],
        mayFail: [0],
        program: sum(header),
        answer: String(rows.reduce((total, row) => total + row[2], 0)),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "division-by-zero",
    topic: "recovery: division by zero",
    forms: {
      nouns: ["the sum of all {a} // {b} in {file}, leaving out rows where that fails"],
      sentences: [
        "for each row of {file} compute {a} // {b} and add these up; skip a row where it cannot be done.",
        "sum {a} // {b} over the rows of {file}. a row where that is impossible does not count.",
        "add up the whole quotients {a} // {b} of {file}, without rows in which there is none.",
        "in {file}, divide {a} by {b} with // in each row and total the results, ignoring rows without one.",
        "what do the quotients {a} // {b} of the rows in {file} add up to? rows that allow none are left out.",
      ],
    },
    why: "A row divides by zero: after the error the program leaves such rows out.",
    alternatives: FILE_TOO,
    // Difficulty: rows of the table.
    draw: (random, difficulty) => {
      const [file, [a, b]] = [fileName(random, "csv"), columns(random, 2) as [string, string]];
      const rows = Array.from({ length: amount(random, LINES, difficulty) }, () => [
        random.integer(100, 999),
        random.integer(2, 30),
      ]);
      rows[random.integer(0, rows.length - 1)]![1] = 0;
      const sum = (condition: string) =>
        `import csv\nrows = list(csv.DictReader(open("${file}")))\nprint(sum(int(row["${a}"]) // int(row["${b}"]) for row in rows${condition}))`;
      const mended = sum(` if int(row["${b}"]) != 0`);
      const answer = rows.reduce((total, [x, y]) => total + (y === 0 ? 0 : Math.floor(x! / y!)), 0);
      return {
        values: { file, a, b },
        files: { [file]: body([[a, b], ...rows].map((row) => row.join(","))) },
        calls: [() => python(sum("")), () => python(mended)],
        mayFail: [0],
        program: mended,
        answer: String(answer),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "trailing-comma",
    topic: "recovery: broken JSON",
    forms: {
      nouns: [
        "the sum of the values in {file}",
        "the total of all values of the JSON file {file}",
        "the sum of what {file} holds",
      ],
      sentences: [
        "add up the values of the JSON file {file}.",
        "load {file} as JSON and sum its values.",
        "what do the values in {file} add up to?",
      ],
    },
    why: "The file has a comma too many: after the error the text is mended and read again.",
    alternatives: FILE_TOO,
    // Difficulty: values in the file.
    draw: (random, difficulty) => {
      const file = fileName(random, "json");
      const entries = words(random, amount(random, LINES, difficulty)).map(
        (name) => [name, random.integer(20, 900)] as const,
      );
      const mended = `import json, re\ntext = re.sub(r",\\s*}", "}", open("${file}").read())\nprint(sum(json.loads(text).values()))`;
      return {
        values: { file },
        files: { [file]: `{\n${entries.map(([name, n]) => `  "${name}": ${n},`).join("\n")}\n}\n` },
        calls: [() => python(`import json\nprint(sum(json.load(open("${file}")).values()))`), () => python(mended)],
        mayFail: [0],
        program: mended,
        answer: String(entries.reduce((sum, [, n]) => sum + n, 0)),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "missing-module",
    topic: "recovery: modules",
    forms: {
      sentences: [
        "use {name} from Python's module {module} on {v}.",
        "import {module} and compute {name} of {v}.",
        "with the function {name} of the module {module}: what do you get for {v}?",
        "run {module}'s {name} in Python on {v}.",
        "from {module} import {name} and apply it to {v}.",
        "in Python, what does {name} of {module} give for {v}?",
      ],
    },
    why: "There is no such module: after the error the function is taken from the right one.",
    alternatives: [],
    // Difficulty: numbers of the list.
    draw: (random, difficulty) => {
      const [module, right, name, star] = random.pick(MODULES);
      const length = { easy: 3, medium: 5, hard: 7 }[difficulty];
      // Multiples of their number, so that their mean is whole.
      const items = Array.from({ length }, () => length * number(random, [2, 2]));
      const program = (from: string) => `from ${from} import ${name}\nprint(${name}(${star}[${items.join(", ")}]))`;
      return {
        values: { module, name, v: `[${items.join(", ")}]` },
        calls: [() => python(program(module)), () => python(program(right))],
        mayFail: [0],
        program: program(right),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "product-without-sign",
    topic: "recovery: products written without a sign",
    forms: {
      plain: true,
      nouns: ["the expanded form of {e}", "{e} multiplied out", "{e} without brackets"],
      sentences: ["expand {e}.", "multiply out {e}.", "use symbolic_math to expand {e}."],
    },
    why: "Before a bracket the algebra tool takes x for a function: after its error the sign is written.",
    alternatives: ["code_executor"],
    // Difficulty: factors of the product.
    draw: (random, difficulty) => {
      const count = { easy: 1, medium: 2, hard: 3 }[difficulty];
      const brackets = Array.from({ length: count }, () => {
        const [slope, shift] = [random.integer(1, 9), nonZero(random, 20)];
        return `(${slope === 1 ? "" : `${slope}*`}x ${shift < 0 ? "-" : "+"} ${Math.abs(shift)})`;
      });
      const expression = `x${brackets.join("*")}`;
      const mended = `x*${brackets.join("*")}`;
      return {
        values: { e: expression },
        calls: [() => algebra("expand", expression), () => algebra("expand", mended)],
        mayFail: [0],
        program: sympyProgram("expand", `expand(${mended})`),
        check: { kind: "sympy" },
      };
    },
  }),
];
