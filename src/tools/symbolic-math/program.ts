import { READER } from "./reader.ts";

/** In the order in which prompts list them: models are trained on that text. */
export const OPERATIONS = [
  "simplify",
  "expand",
  "factor",
  "solve",
  "differentiate",
  "integrate",
  "evaluate",
  "limit",
  "series",
] as const;

/**
 * The Python program of a call. The arguments travel as one JSON string inside a string literal, and the reader builds
 * SymPy objects from them token by token: nothing that a model wrote is ever run as code.
 */
export function algebraProgram(args: Record<string, unknown>): string {
  // JSON's escapes mean the same in a Python literal; the outer JSON.stringify makes that literal.
  return `${READER}${OPERATE}\nmain(json.loads(${JSON.stringify(JSON.stringify(args))}))\n`;
}

const OPERATE = String.raw`
def the_variable(expression, name):
    if name:
        if not re.fullmatch(NAME, name) or name in CONSTANTS or name in FUNCTIONS:
            raise ExpressionError(f"{brief(name)} is not the name of a variable")
        return sympy.Symbol(name)
    free = sorted(expression.free_symbols, key=str)
    if len(free) > 1 and sympy.Symbol("x") not in free:
        raise ExpressionError(f"there are several variables ({', '.join(map(str, free))}): name one in variable")
    return free[0] if len(free) == 1 else sympy.Symbol("x")


def solve(expression, variable):
    if sympy.expand(expression) == 0:
        raise ExpressionError(f"this is true for every {variable}")
    if variable not in expression.free_symbols:
        raise ExpressionError(f"{variable} does not occur in it, so there is nothing to solve for")
    return sympy.solve(expression, variable)


def the_limit(expression, variable, point):
    if not point:
        raise ExpressionError('a limit needs a point: a number, "oo", or "0+" and "0-" for one side')
    ways = point[-1:] if point[-1] in "+-" and len(point) > 1 else ""
    return limit(expression, variable, read(point[: len(point) - len(ways)], False), *ways)


def operate(operation, text, name, point):
    expression = read(text, equation=operation == "solve")
    if point and operation not in ("limit", "series"):
        raise ExpressionError('a point belongs to "limit" and "series" only')
    if operation in ("simplify", "expand", "factor"):
        return getattr(sympy, operation)(expression)
    if operation == "evaluate":
        return expression.doit()
    variable = the_variable(expression, name)
    if operation == "solve":
        return solve(expression, variable)
    if operation == "limit":
        return the_limit(expression, variable, point)
    if operation == "series":
        return sympy.series(expression, variable, read(point or "0", False))
    return {"differentiate": sympy.diff, "integrate": sympy.integrate}[operation](expression, variable)


def main(request):
    try:
        result = operate(request["operation"], request["expression"], request.get("variable"), request.get("point", "").strip())
        if isinstance(result, sympy.Basic) and result.has(sympy.zoo, sympy.nan):
            raise ExpressionError("the result is not a number: something is divided by zero")
        print(str(result))
    except NotImplementedError:
        failed = ExpressionError("SymPy knows no way to do this")
    except RecursionError:
        failed = ExpressionError("the expression is nested too deeply")
    except (TypeError, ValueError, AttributeError) as error:
        failed = error if isinstance(error, ExpressionError) else ExpressionError(str(error).split("\n")[0])
    else:
        return
    raise failed
`;
