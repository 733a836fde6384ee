/** Programs that show what Python can do here, and where its boundary is. */
export const EXAMPLES: readonly { title: string; code: string }[] = [
  { title: "print", code: 'print("Hello from Python")' },
  { title: "a sum", code: "sum(n * n for n in range(1, 101))" },
  {
    title: "SymPy",
    code: 'from sympy import *\n\nx = symbols("x")\nprint(integrate(x**2 * exp(-x), x))\nfactor(x**4 - 1)',
  },
  {
    title: "write a file",
    code: 'with open("squares.csv", "w") as file:\n    for n in range(10):\n        print(n, n * n, sep=",", file=file)',
  },
  { title: "open a socket", code: 'import socket\n\nsocket.create_connection(("example.org", 80), timeout=2)' },
  { title: "import js", code: "import js\n\njs.document.cookie" },
  {
    title: "endless loop",
    code: 'print("still here")\nwhile True:\n    try:\n        pass\n    except BaseException:\n        pass',
  },
  { title: "allocate 1 GB", code: "block = bytearray(10**9)\nlen(block)" },
];
