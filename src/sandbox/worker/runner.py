"""Runs one program as a notebook cell and tells what came of it. It lives in the image, and in each worker runs once."""

import ast
import asyncio
import builtins
import gc
import inspect
import json
import linecache
import os
import random
import sys
import time
import traceback
from contextlib import suppress

PROGRAM = "program.py"
REPORT = "/dev/report"
# What leads to JavaScript, and ctypes, whose every call goes through it.
SEALED = {"js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "ctypes", "_ctypes"}
# JavaScript objects must not be released while it is sealed off: whatever holds them stays.
kept = []
# Given back where a program has taken all memory, so that there is some to tell of it.
ballast = [bytes(1 << 18)]
NO_MEMORY = json.dumps([None, "MemoryError", "the program took all the memory that it may have"])
AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def no_input(prompt="", /):
    raise EOFError("input() is not available: a program gets no keyboard input here, put the values into the code")


class Selector:
    """Nothing can arrive from outside, so waiting for events is sleeping until the next timer."""

    def select(self, timeout):
        if timeout is None:
            raise RuntimeError("every task waits for something that cannot happen")
        time.sleep(max(0, timeout))
        return []


class EventLoop(asyncio.BaseEventLoop):
    """An event loop inside one call: Pyodide's own needs the browser's, which waits until the program has ended."""

    def __init__(self):
        super().__init__()
        self._selector = Selector()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


def run_coroutine(main, *, debug=None, loop_factory=None):
    """asyncio.run."""
    with asyncio.Runner(debug=debug, loop_factory=loop_factory or EventLoop) as runner:
        return runner.run(main)


class Policy(asyncio.events._BaseDefaultEventLoopPolicy):
    """Makes such loops wherever asyncio needs one."""

    _loop_factory = EventLoop


class SealedFinder:
    """The importer of what a program cannot have."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in SEALED:
            raise ModuleNotFoundError(f"No module named {name!r}: programs are sealed off from the browser", name=name)


def prepare(directory):
    """Enters the working directory; called before the program is known."""
    os.chdir(directory)
    sys.path[:] = ["", *dict.fromkeys(path for path in sys.path if path)]
    sys.argv = [PROGRAM]
    sys.stdout.reconfigure(line_buffering=True)
    sys.stderr.reconfigure(line_buffering=True)
    builtins.input = no_input
    time.sleep = getattr(time.sleep, "__wrapped__", time.sleep)
    asyncio._set_running_loop(None)
    asyncio.events._set_event_loop_policy(Policy())
    asyncio.run = run_coroutine
    warm_up()
    seal()
    sys.modules["__main__"].__dict__["_run"] = main


def seal():
    """Takes what leads to JavaScript out of reach of an import. What a program finds otherwise is sealed by the worker."""
    kept.extend(sys.meta_path)
    sys.meta_path[:] = [SealedFinder, *(finder for finder in sys.meta_path if "pyodide" not in type_of(finder))]
    for name in [name for name in sys.modules if name.partition(".")[0] in SEALED or name == "_runner"]:
        kept.append(sys.modules.pop(name))


def type_of(finder):
    return (finder if isinstance(finder, type) else type(finder)).__module__


def warm_up():
    """Browsers compile WebAssembly when it is first used: the ways that every program goes are gone once before it."""
    main = {}
    evaluate("import math\nx = [str(math.pi), f'{1:>3}']\nx", main)
    try:
        evaluate("def f(): return 1 / 0\nf()", main)
    except ZeroDivisionError as error:
        "".join(traceback.format_exception(error))
    seed_with(0)


def seed_with(seed):
    """One seed for every source of random numbers; None: a new one from the system."""
    random.seed(seed)
    sympy_random = sys.modules.get("sympy.core.random")
    if sympy_random:
        sympy_random.rng.seed(random.getrandbits(64) if seed is None else seed)


def main(request):
    """Runs the program of a request and reports what came of it, both as JSON."""
    try:
        text = answer(json.loads(request))
    except MemoryError:
        ballast.clear()
        sys.modules["__main__"].__dict__.clear()
        gc.collect()
        text = NO_MEMORY
    with open(REPORT, "wb", buffering=0) as report:
        report.write(text.encode())


def answer(request):
    value, error, message = run(request["code"], request["seed"])
    # Longer than this is beyond the limit of output in any case.
    most = request["limit"] + 1
    return json.dumps([value and value[:most], error, message[:most]])


def run(code, seed):
    """Runs the program; gives [repr of the last expression | None, error's type | None, error's message]."""
    seed_with(seed)
    main = sys.modules["__main__"].__dict__
    main.clear()
    main.update(__name__="__main__", __builtins__=builtins, __doc__=None, __spec__=None)
    linecache.cache[PROGRAM] = (len(code), None, code.splitlines(True), PROGRAM)
    value, failure = None, ("", "")
    try:
        value = evaluate(code, main)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            failure = ("SystemExit", str(stop.code))
    except BaseException as error:
        if isinstance(error, MemoryError):
            ballast.clear()
        failure = (type(error).__name__, text_of(error))
        report(error)
    for stream in (sys.stdout, sys.stderr):
        with suppress(BaseException):
            stream.flush()
    return [value, *failure] if failure[0] else [value, None, ""]


def evaluate(code, main):
    """Executes the program; the repr of its last statement's value if that is an expression other than None."""
    tree = ast.parse(code, PROGRAM)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    execute(compile(tree, PROGRAM, "exec", AWAIT), main)
    if last is None:
        return None
    value = execute(compile(ast.Expression(last.value), PROGRAM, "eval", AWAIT), main)
    return None if value is None else repr(value)


def execute(code, main):
    """Runs compiled code; as in a notebook, it may await."""
    if code.co_flags & inspect.CO_COROUTINE:
        return run_coroutine(eval(code, main))
    return eval(code, main)


def text_of(error):
    with suppress(BaseException):
        return str(error)
    return "its text could not be made"


def report(error):
    """The traceback on standard error, as Python prints it, without the frames of this file."""
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    if frames is None and not isinstance(error, SyntaxError):
        frames = error.__traceback__
    with suppress(BaseException):
        traceback.print_exception(type(error), error, frames)
