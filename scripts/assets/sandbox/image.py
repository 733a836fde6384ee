"""Runs in Pyodide at build time: packs the wheels into one archive and brings the interpreter to the state of the image."""

import importlib.util
import marshal
import sys
import zipfile

SITE = "/lib/site.zip"
# What small programs import most: in the image their import costs nothing.
PRELOADED = """abc array ast asyncio base64 bisect calendar cmath collections contextlib copy csv dataclasses datetime
decimal difflib enum fractions functools hashlib heapq io itertools json keyword linecache math operator os pathlib
pprint queue random re secrets shutil statistics string struct sys tempfile textwrap threading time timeit traceback
types typing unicodedata unittest uuid zlib sympy sympy.parsing.sympy_parser"""


def pack(wheels):
    """Writes SITE: the wheels' modules, compiled, without their tests; the same bytes every time."""
    with zipfile.ZipFile(SITE, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as site:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                for name in sorted(archive.namelist()):
                    if not name.endswith(".py") or "/tests/" in name or "/benchmarks/" in name:
                        continue
                    entry = zipfile.ZipInfo(name + "c")
                    site.writestr(entry, compiled(archive.read(name), f"{SITE}/{name}"), zipfile.ZIP_DEFLATED)
    sys.path.append(SITE)


def compiled(source, path):
    # A hash-based .pyc that is never checked: there is no source beside it, and no clock in it.
    code = compile(source, path, "exec", dont_inherit=True, optimize=0)
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(source)
    return head + marshal.dumps(code)


def preload(runner):
    """Imports what the image holds, warms up SymPy's caches of printers and parsers, and installs the runner."""
    import gc
    import types

    for name in PRELOADED.split():
        importlib.import_module(name)
    import sympy

    x = sympy.Symbol("x")
    str(sympy.factor(x**2 - 1)), sympy.solve(x**2 - 1, x), sympy.integrate(sympy.sin(x), x), sympy.N(sympy.pi)
    sympy.parse_expr("2*x + 1")
    sympy.core.cache.clear_cache()
    module = types.ModuleType("_runner")
    module.__file__ = "_runner.py"
    exec(compile(runner, module.__file__, "exec"), module.__dict__)
    sys.modules["_runner"] = module
    del x
    gc.collect()
