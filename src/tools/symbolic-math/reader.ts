/**
 * Python that reads an expression: tokens, then Python's own grammar for the precedence, then SymPy objects for a short
 * list of node types. SymPy's parser is not used, as it evaluates its input.
 */
export const READER = String.raw`import ast
import json
import re

import sympy


class ExpressionError(ValueError):
    pass


LONGEST = 2000
NAME = r"[A-Za-z][A-Za-z0-9_]{0,19}"
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>" + NAME + r")|(?P<sign>\*\*|//|==|[-+*/%^()=,])"
    r"|(?P<way>'[+-]'|\"[+-]\"))"
)
SPELLINGS = str.maketrans({"−": "-", "×": "*", "·": "*", "÷": "/", "²": "**2", "³": "**3", "π": "pi"})
CONSTANTS = {"pi": sympy.pi, "E": sympy.E, "e": sympy.E, "I": sympy.I, "oo": sympy.oo}


def limit(expression, variable, point, way="+-"):
    """From both sides, where SymPy's own default is from above; way is "+" from above or "-" from below."""
    found = sympy.limit(expression, variable, point, way)
    if found is sympy.zoo:
        raise ExpressionError("the limit does not exist: the two sides differ; add '+' or '-' to name one")
    return found


FUNCTIONS = {
    name: getattr(sympy, name)
    for name in (
        "sin cos tan cot sec csc asin acos atan sinh cosh tanh exp log ln sqrt Abs factorial gcd lcm binomial floor ceiling"
        " Mod Max Min Rational Integer diff integrate series summation"
    ).split()
} | {"abs": sympy.Abs, "limit": limit}
SIGNS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Mod: lambda a, b: sympy.Mod(a, b),
    ast.FloorDiv: lambda a, b: sympy.floor(a / b),
    ast.Pow: lambda a, b: power(a, b),
}


def brief(text):
    return repr(text if len(text) <= 60 else text[:59] + "…")


def power(base, exponent):
    if base.is_Integer and exponent.is_Integer and abs(int(exponent)) * int(abs(base)).bit_length() > 2_000_000:
        raise ExpressionError("the power is too large to write down")
    return base**exponent


def tokens(text):
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression is longer than {LONGEST} characters")
    text = text.translate(SPELLINGS).strip()
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ExpressionError(f"cannot read {brief(text[at:].strip())}: write it like 3*x**2 + sin(x)")
        kind, token = match.lastgroup, match[match.lastgroup]
        after = found[-1] if found else ("", "")
        if kind == "name" or token == "(":
            # 2x, 2(x + 1) and (x + 1)(x - 1) are products.
            if after[0] == "number" or after[1] == ")":
                found.append(("sign", "*"))
            elif token == "(" and after[0] == "name" and after[1] not in FUNCTIONS:
                raise ExpressionError(f"there is no function {after[1]}: for a product write {after[1]}*(...)")
        found.append((kind, "**" if token == "^" else token))
        at = match.end()
    return found


def build(node):
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return sympy.Rational(str(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in SIGNS:
        return SIGNS[type(node.op)](build(node.left), build(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
        return build(node.operand) if isinstance(node.op, ast.UAdd) else -build(node.operand)
    if isinstance(node, ast.Name) and node.id not in FUNCTIONS:
        return CONSTANTS.get(node.id) or sympy.Symbol(node.id)
    if isinstance(node, ast.Tuple):
        return sympy.Tuple(*map(build, node.elts))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        name, last = node.func.id, node.args[-1:]
        # The one text there is: from which side a limit is taken.
        way = [at.value for at in last if name == "limit" and isinstance(at, ast.Constant) and at.value in ("+", "-")]
        return sympy.sympify(FUNCTIONS[name](*map(build, node.args[: len(node.args) - len(way)]), *way))
    raise ExpressionError("only numbers, names, functions and + - * / ** can be read")


def side(found):
    text = " ".join(token for _, token in found)
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"cannot read {brief(text)}: {error.msg}") from None
    built = build(tree)
    if not isinstance(built, sympy.Expr):
        raise ExpressionError(f"{brief(text)} is not one expression")
    return built


def read(text, equation):
    found = tokens(text)
    if not found:
        raise ExpressionError("the expression is empty")
    marks = [i for i, (_, token) in enumerate(found) if token in ("=", "==")]
    if not marks:
        return side(found)
    if not equation:
        raise ExpressionError('an equation can only be solved: use the operation "solve"')
    if len(marks) > 1:
        raise ExpressionError("there is more than one equals sign: solve one equation at a time")
    if marks[0] in (0, len(found) - 1):
        raise ExpressionError("one side of the equation is empty")
    return side(found[: marks[0]]) - side(found[marks[0] + 1 :])

`;
