import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Pyodide's JavaScript without what a sandboxed program can never reach. As published it links, at every start, 8,560
 * exported functions and 280 of WebGL for shared libraries that might be loaded later, and carries WebGL, SDL and the
 * like along. Here no library is ever loaded, and a start is what a program waits for. The image is made with the same
 * text: both must number the functions of the table alike.
 */
export async function sandboxGlue(root) {
  const file = (path) => readFile(join(root, "node_modules/pyodide", path));
  const [source, outside, wasm] = await Promise.all([
    file("pyodide.asm.mjs"),
    file("pyodide.mjs"),
    file("pyodide.asm.wasm"),
  ]);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  const wanted = new Set(imports.filter(({ module }) => !module.startsWith("GOT.")).map(({ name }) => name));
  // Only here: loading it takes longer than finding out that there is nothing to do.
  const { parseAst } = await import("vite");
  const text = withoutLinking(String(source));
  return shake(text, parseAst(text), wanted, `${String(outside)} ${KEPT}`);
}

/** What the sandbox's worker uses of Pyodide's module. */
const KEPT = "HEAPU8 stringToNewUTF8 _PyRun_SimpleString";

/** The dynamic linker's work at the start: all exports get a place in the table, all of WebGL a WebAssembly of its own. */
function withoutLinking(source) {
  return [
    [
      "for(var symName in exports){if(isInternalSym(symName)){continue}",
      "for(var symName in GOT){if(!(symName in exports)){continue}",
    ],
    [
      "for(var[sym,exp]of Object.entries(exports)){",
      'for(var[sym,exp]of[["main",exports.main??exports.__main_argc_argv]]){',
    ],
    // What is not there stays null: the addresses of WebGL's functions.
    ["if(!value&&!entry.required){", "if(!value){"],
  ].reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`Pyodide's JavaScript has changed: there is not one "${from}".`);
    return text.replace(from, () => to);
  }, source);
}

/**
 * Leaves out the statements of the module's function that nothing needs. A name is needed when it stands anywhere in what
 * is kept, be it as a variable, a property or a text: too much is kept rather than too little.
 */
function shake(source, program, wantedImports, outside) {
  const main = program.body.find((node) => node.type === "FunctionDeclaration");
  const pieces = main.body.body.flatMap((node) => piecesOf(node, wantedImports));
  const needed = new Set();
  const queue = tokensOf(outside);
  const waiting = new Map();
  const keep = (piece) => {
    if (piece.kept) return;
    piece.kept = true;
    for (const node of piece.read) queue.push(...namesIn(node));
  };
  for (const piece of pieces) {
    if (piece.name === ALWAYS) keep(piece);
    else waiting.set(piece.name, [...(waiting.get(piece.name) ?? []), piece]);
  }
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    waiting.get(name)?.forEach(keep);
  }
  return cut(
    source,
    pieces.filter((piece) => !piece.kept),
  );
}

const ALWAYS = Symbol("always");
const NEVER = Symbol("never");

/**
 * `name`: whatever needs it needs the piece. `read`: what of the piece names others. `node`: what is left out where nothing
 * needs it, and `gap`, what goes with it.
 */
function piecesOf(node, wantedImports) {
  const always = [{ name: ALWAYS, read: [node] }];
  if (node.type === "FunctionDeclaration" && node.id.name === "assignWasmExports") {
    // Each statement is an export's: `_name = Module["_name"] = wasmExports["name"]`.
    return node.body.body.map((inner) => ({
      name: inner.expression.left.name,
      read: [inner.expression.left],
      node: inner,
    }));
  }
  if (node.type === "FunctionDeclaration") return [{ name: node.id.name, read: [node], node }];
  if (node.type === "VariableDeclaration" && node.declarations.length === 1) {
    const [{ id, init }] = node.declarations;
    if (id.name === "wasmImports") {
      const unwanted = init.properties.filter(({ key }) => !wantedImports.has(key.name ?? key.value));
      const read = init.properties.filter((property) => !unwanted.includes(property));
      return [
        { name: ALWAYS, read },
        ...unwanted.map((property) => ({ name: NEVER, read: [], node: property, gap: "," })),
      ];
    }
    return id.type === "Identifier" && isPure(init) ? [{ name: id.name, read: init ? [init] : [], node }] : always;
  }
  if (node.type === "VariableDeclaration" && node.declarations.every(({ init }) => !init)) {
    // The last one stays, so that the list stays one.
    const [last, ...others] = node.declarations.toReversed();
    return [
      { name: ALWAYS, read: [last] },
      ...others.map((one) => ({ name: one.id.name, read: [], node: one, gap: "," })),
    ];
  }
  const assignment =
    node.type === "ExpressionStatement" && node.expression.type === "AssignmentExpression" && node.expression;
  if (assignment && assignment.left.type === "MemberExpression" && isPure(assignment.right)) {
    const { object, property } = assignment.left;
    if (object.name === "Module") return [{ name: property.name ?? property.value, read: [assignment.right], node }];
    if (object.type === "Identifier") return [{ name: object.name, read: [assignment.right], node }];
  }
  return always;
}

/** Whether evaluating it does nothing. */
function isPure(node) {
  if (!node) return true;
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "UnaryExpression":
      return isPure(node.argument);
    case "ArrayExpression":
      return node.elements.every(isPure);
    case "ObjectExpression":
      return node.properties.every(
        (property) => property.type === "Property" && !property.computed && isPure(property.value),
      );
    default:
      return false;
  }
}

function namesIn(node) {
  const found = [];
  const visit = (value) => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value && typeof value === "object") {
      if (value.type === "Identifier") found.push(value.name);
      else if (value.type === "Literal" && typeof value.value === "string") found.push(value.value);
      Object.values(value).forEach(visit);
    }
  };
  visit(node);
  return found;
}

function tokensOf(text) {
  return text.match(/[A-Za-z_$][\w$]*/g) ?? [];
}

function cut(source, dropped) {
  let at = 0;
  let text = "";
  for (const { node, gap } of dropped.sort((a, b) => a.node.start - b.node.start)) {
    text += source.slice(at, node.start);
    at = gap && source[node.end] === gap ? node.end + 1 : node.end;
  }
  return text + source.slice(at);
}
