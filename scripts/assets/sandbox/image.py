"""Runs in Pyodide at build time: packs the wheels into one archive and brings the interpreter to the state of the image."""

import ast
import importlib.util
import marshal
import sys
import zipfile

SITE = "/lib/site.zip"
RUNNER = "/lib/_runner.py"
# What small programs import most: in the image their import costs nothing.
PRELOADED = """abc array ast asyncio base64 bisect calendar cmath collections contextlib copy csv dataclasses datetime
decimal difflib enum fractions functools hashlib heapq io itertools json keyword linecache math operator os pathlib
pprint queue random re secrets shutil statistics string struct sys tempfile textwrap threading time timeit traceback
types typing unicodedata unittest uuid zlib sympy sympy.parsing.sympy_parser"""


def pack(wheels, rest):
    """Writes SITE with all modules of the wheels, and to `rest` those that the image will not hold."""
    found = modules(wheels)
    write(SITE, found)
    sys.path.append(SITE)
    preload()
    write(rest, {name: code for name, code in found.items() if module_name(name) not in sys.modules})


def start():
    """Brings a new interpreter, with SITE and RUNNER written, to the state of the image."""
    sys.path.append(SITE)
    preload()
    install(RUNNER)


def modules(wheels):
    """The wheels' modules without their tests, compiled: name in the archive -> bytes."""
    found = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".py") and "/tests/" not in name and "/benchmarks/" not in name:
                    found[name + "c"] = compiled(archive.read(name), f"{SITE}/{name}")
    return found


def compiled(source, path):
    """A .pyc that is never checked against a source, without documentation texts: they are a third of SymPy."""
    tree = ast.parse(source, path)
    for node in ast.walk(tree):
        documented = (
            isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None
        )
        if documented:
            node.body[0].value.value = ""
    code = compile(tree, path, "exec", dont_inherit=True, optimize=0)
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(source)
    return head + marshal.dumps(code)


def module_name(entry):
    return entry.removesuffix(".pyc").removesuffix("/__init__").replace("/", ".")


def write(path, entries):
    """Writes an archive: the same bytes for the same entries."""
    with zipfile.ZipFile(path, "w", compresslevel=9) as archive:
        for name, code in entries.items():
            archive.writestr(zipfile.ZipInfo(name), code, zipfile.ZIP_DEFLATED)


def preload():
    """Imports what the image holds, and uses SymPy once so that its first use in a program is quick."""
    for name in PRELOADED.split():
        importlib.import_module(name)
    import sympy

    x = sympy.Symbol("x")
    for once in (
        lambda: str(sympy.factor(x**2 - 1)),
        lambda: sympy.solve(x**2 - 1, x),
        lambda: sympy.integrate(sympy.sin(x), x),
        lambda: sympy.diff(sympy.exp(x), x),
        lambda: sympy.N(sympy.pi),
        lambda: sympy.parse_expr("2*x + 1"),
    ):
        once()
    sympy.core.cache.clear_cache()


def install(path):
    """Loads the runner; its frames are told from the program's by the name of its file."""
    spec = importlib.util.spec_from_file_location("_runner", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules["_runner"] = module


def finish():
    """Called when SITE has been replaced by the rest: the importers remember where each entry lay, so they read it anew."""
    for importer in sys.path_importer_cache.values():
        if getattr(importer, "archive", None) == SITE:
            importer.invalidate_caches()
            importer.find_spec("there_is_no_such_module")
