"""Runs Python programs for tests: one JSON line in, one out. Each program runs in a fork, so that none sees another."""

import contextlib
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

try:
    import sympy

    # What SymPy sets up on its first use is set up before the forks.
    x = sympy.Symbol("x")
    sympy.simplify(sympy.sin(x) ** 2 / x), sympy.solve(x**2 - x - 6, x), sympy.integrate(x**2 + 1, x), sympy.factor(x**2 - 1)
except ImportError:
    sympy = None


def texts_below(folder, before):
    """New and changed text files, as the sandbox hands them back."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        with contextlib.suppress(UnicodeDecodeError):
            if path.is_file() and (text := path.read_bytes().decode()) != before.get(name):
                found[name] = text
    return found


def run_in_folder(code, files):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
        os.chdir(folder)
        result = run(code)
        os.chdir("/")
        return {**result, "files": texts_below(folder, files)}


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
        "execution_time": time.perf_counter() - start,
    }


def run_apart(program):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(write, "w") as pipe:
            json.dump(run_in_folder(program["code"], program["files"]), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


print(json.dumps({"sympy": sympy.__version__ if sympy else None}), flush=True)
for line in sys.stdin:
    print(run_apart(json.loads(line)), flush=True)
