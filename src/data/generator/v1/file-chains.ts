import type { Check } from "../../../protocol/index.ts";
import { number, polynomial, writePolynomial } from "../operands.ts";
import { algebra, otherTools, python, sympyProgram, type Template } from "../template.ts";
import { fileOps, NUMERIC, saying } from "./file-builder.ts";
import { amount, body, fileName, fileNames, FILES, lines, LINES, words } from "./file-operands.ts";
import { PROGRAM_TOO, workTemplate as template } from "./file-topics.ts";

const SYMPY: Check = { kind: "sympy" };

/** What one call finds decides the next. */
export const FILE_CHAINS: Template[] = [
  template({
    id: "formula-derivative",
    topic: "files: formulas",
    forms: {
      nouns: [
        "the derivative of the formula in {file}",
        "the derivative of what {file} holds",
        "the derivative of the expression that is in {file}",
      ],
      sentences: [
        "differentiate the expression in {file}.",
        "read the formula in {file} and take its derivative.",
        "{file} holds a polynomial in x: differentiate it.",
      ],
    },
    why: "The formula must be read before it can be differentiated.",
    alternatives: PROGRAM_TOO,
    // Difficulty: terms of the polynomial.
    draw: (random, difficulty) => {
      const file = fileName(random);
      const formula = writePolynomial(polynomial(random, { easy: 2, medium: 3, hard: 5 }[difficulty], 6, 15));
      return {
        values: { file },
        files: { [file]: `${formula}\n` },
        calls: [() => fileOps("read", file), (read) => algebra("differentiate", read)],
        program: sympyProgram("diff", `diff(${formula}, x)`),
        check: SYMPY,
      };
    },
  }),
  template({
    id: "product-saved",
    topic: "files: results",
    forms: {
      sentences: [
        "compute {a} * {b}, write the result into {file}, and read it back to me.",
        "multiply {a} by {b}, save the product as {file}, then show what the file says.",
        "work out {a} times {b}. put it into {file} and tell me what stands there.",
        "store the product of {a} and {b} in {file} and read the file to check it.",
        "find {a} * {b} and keep it in {file}; then read {file} aloud.",
        "calculate {a} times {b}, make a file {file} of it, and give me its content.",
      ],
    },
    why: "A product of long numbers needs a program, and a file the file tool.",
    alternatives: otherTools(python("print(1 * 2)")),
    // Difficulty: digits of the factors.
    draw: (random, difficulty) => {
      const digits = ({ easy: [3, 3], medium: [4, 4], hard: [5, 7] } as const)[difficulty];
      const [a, b, file] = [number(random, digits), number(random, digits), fileName(random)];
      return {
        values: { a, b, file },
        files: {},
        calls: [
          () => python(`print(${a} * ${b})`),
          (product) => fileOps("write", file, { content: `${product}\n` }),
          () => fileOps("read", file),
        ],
        program: `print(${a} * ${b})`,
        answer: String(BigInt(a) * BigInt(b)),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "follow-pointers",
    topic: "files: pointers",
    forms: {
      sentences: [
        "start at {file} and follow the files that it names until one gives a code. which code is it?",
        "{file} says where to look next, and so on. find the code at the end.",
        "read {file}, go where it points, and tell me the code that you end with.",
        "the trail begins in {file}: follow it from file to file and give me the code.",
        "what code do you reach when you follow the pointers from {file}?",
        "each file names the next, from {file} on. which code does the last one hold?",
      ],
    },
    why: "Where to read next is known only from the file before.",
    alternatives: PROGRAM_TOO,
    // Difficulty: files on the way, each a call.
    draw: (random, difficulty) => {
      const length = { easy: 2, medium: 3, hard: 4 }[difficulty];
      const names = fileNames(random, length + 3);
      const [code, ...others] = words(random, 4).map((text) => `${text}${random.integer(10, 99)}`);
      const way = names.slice(0, length);
      const next = (i: number) => (i + 1 < length ? `next: ${way[i + 1]}` : `code: ${code}`);
      return {
        values: { file: way[0]! },
        files: {
          ...Object.fromEntries(way.map((name, i) => [name, body([next(i)])])),
          ...Object.fromEntries(names.slice(length).map((name, i) => [name, body([`code: ${others[i]}`])])),
        },
        calls: way.map((name, i) => (read) => fileOps("read", i === 0 ? name : read.replace(/^next: /, "").trim())),
        answer: code!,
        check: saying(code!, others),
      };
    },
  }),
  template({
    id: "count-then-choose",
    topic: "files: decisions",
    forms: {
      sentences: [
        "count the numbers in {file}. if they are more than {k}, add them up, otherwise give the largest.",
        "run a program that counts the lines of {file}; for more than {k}, compute their sum, else their maximum.",
        "how many numbers has {file}? with more than {k} of them i want the sum, with fewer the largest one.",
        "first see how many numbers {file} has. above {k} tell me their total, otherwise their maximum.",
        "if {file} has more than {k} numbers, sum them. if not, find the biggest.",
        "depending on the count of numbers in {file}, give me the sum (more than {k}) or the largest (not more).",
      ],
    },
    why: "What the first program prints decides what the second computes.",
    alternatives: ["file_ops"],
    // Difficulty: lines of the file.
    draw: (random, difficulty) => {
      const file = fileName(random);
      const numbers = Array.from({ length: amount(random, LINES, difficulty) }, () => random.integer(100, 9999));
      const k = numbers.length + random.pick([-2, -1, 0, 1]);
      const read = `numbers = [int(line) for line in open("${file}")]\n`;
      const then = (count: number) => `${read}print(${count > k ? "sum" : "max"}(numbers))`;
      const sum = numbers.reduce((total, n) => total + n, 0);
      return {
        values: { file, k },
        files: { [file]: body(numbers) },
        calls: [() => python(`${read}print(len(numbers))`), (count) => python(then(Number(count)))],
        program: then(numbers.length),
        answer: String(numbers.length > k ? sum : Math.max(...numbers)),
        check: NUMERIC,
      };
    },
  }),
  template({
    id: "search-then-read",
    topic: "files: finding",
    forms: {
      nouns: [
        'the first line of the file that mentions "{word}"',
        'the line with which the file about "{word}" begins',
      ],
      sentences: [
        'find the file with the word "{word}" and quote its first line.',
        'one of my files mentions "{word}": how does that file begin?',
        'search for "{word}", then read the file where it is and give its first line.',
        'which line comes first in the file that has "{word}" in it?',
      ],
      plain: true,
    },
    why: "Which file to read is known only after searching.",
    alternatives: PROGRAM_TOO,
    // Difficulty: files to be searched.
    draw: (random, difficulty) => {
      const names = fileNames(random, amount(random, FILES, difficulty));
      const right = random.integer(0, names.length - 1);
      const all = lines(random, 2 * names.length);
      // Longer than any line of the files, so it is in none of them.
      const needle = words(random, 2)
        .join("")
        .concat(String(random.integer(10, 99)));
      const text = (i: number) => body([all[2 * i]!, i === right ? `about ${needle}` : all[2 * i + 1]!]);
      return {
        values: { word: needle },
        files: Object.fromEntries(names.map((name, i) => [name, text(i)])),
        calls: [
          () => fileOps("search", ".", { content: needle }),
          (found) => fileOps("read", found.slice(0, found.indexOf(":"))),
        ],
        answer: all[2 * right]!,
        check: saying(all[2 * right]!, all),
      };
    },
  }),
];
