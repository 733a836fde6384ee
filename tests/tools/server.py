"""Runs Python programs for tests: one JSON line in, one out. Each program runs in a fork, so that none sees another."""

import contextlib
import io
import json
import os
import sys
import time

try:
    import sympy

    # What SymPy sets up on its first use is set up before the forks.
    x = sympy.Symbol("x")
    sympy.simplify(sympy.sin(x) ** 2 / x), sympy.solve(x**2 - x - 6, x), sympy.integrate(x**2 + 1, x), sympy.factor(x**2 - 1)
except ImportError:
    sympy = None


def run(code):
    out, error = io.StringIO(), None
    start = time.perf_counter()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(code, "<program>", "exec"), {"__name__": "__main__"})
        except BaseException as raised:
            error = {"type": type(raised).__name__, "message": str(raised)}
    return {
        "success": error is None,
        "value": None,
        "stdout": out.getvalue(),
        "stderr": "",
        "output": out.getvalue(),
        "error": error,
        "killed": None,
        "files": {},
        "execution_time": time.perf_counter() - start,
    }


def run_apart(code):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(write, "w") as pipe:
            json.dump(run(code), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


print(json.dumps({"sympy": sympy.__version__ if sympy else None}), flush=True)
for line in sys.stdin:
    print(run_apart(json.loads(line)), flush=True)
