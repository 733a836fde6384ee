/*
 * Python reaches JavaScript only through functions that its WebAssembly imports. While a program runs, all but the plain
 * system calls among them are shut, so that whatever the program gets hold of (a proxy that the collector knows, a table
 * entry, a pointer), no JavaScript runs for it. What is listed here works on the interpreter's own memory and files.
 */
const SYSTEM_CALLS = `
  exit proc_exit _abort_js __assert_fail
  emscripten_get_heap_max emscripten_resize_heap _mmap_js _munmap_js _msync_js
  emscripten_date_now emscripten_get_now clock_res_get clock_time_get
  _tzset_js _timegm_js _mktime_js _localtime_js _gmtime_js _setitimer_js __call_sighandler
  emscripten_runtime_keepalive_push emscripten_runtime_keepalive_pop _emscripten_runtime_keepalive_clear
  _Py_emscripten_runtime _Py_CheckEmscriptenSignals_Helper _PyEM_TrampolineCall_JS can_run_sync_js
  _emscripten_get_progname _emscripten_system environ_sizes_get environ_get random_get
  fd_close fd_read fd_write fd_sync fd_fdstat_get fd_seek fd_pread fd_pwrite _try_fcntl64 _maybe_poll_async
  __syscall_getuid32_js __syscall_umask_js __syscall_ioctl __syscall_fcntl64 __syscall_openat __syscall_faccessat
  __syscall_chdir __syscall_chmod __syscall_fchownat __syscall_dup __syscall_dup3 __syscall_fchdir __syscall_fchmod
  __syscall_fchmodat2 __syscall_fchown32 __syscall_fdatasync __syscall_fstat64 __syscall_stat64 __syscall_newfstatat
  __syscall_lstat64 __syscall_ftruncate64 __syscall_getcwd __syscall_getdents64 __syscall_mkdirat __syscall_mknodat
  __syscall_poll __syscall_fadvise64 __syscall_fallocate __syscall_readlinkat __syscall_unlinkat __syscall_rmdir
  __syscall_renameat __syscall_statfs64 __syscall_fstatfs64 __syscall_symlinkat __syscall_truncate64 __syscall_utimensat`;
const ALLOWED = new Set(SYSTEM_CALLS.trim().split(/\s+/));

/** What an ordinary program may try (sockets, pipes, names of hosts) fails with an error number, which Python raises. */
const EACCES = -2;
const UNKNOWN_NAME = -2;
const REFUSED = new Map([
  ["getaddrinfo", UNKNOWN_NAME],
  ["getnameinfo", UNKNOWN_NAME],
  ["getprotobyname", 0],
  ["_emscripten_lookup_name", 0],
]);

type Import = ((...values: unknown[]) => unknown) & { sig?: string };

/** Shuts and opens the way from Python to JavaScript. */
export class Seal {
  private breached: ((message: string) => void) | null = null;

  /** Puts the seal around the imports of Pyodide's WebAssembly, in place: its tables are filled from the same object. */
  wrap(imports: WebAssembly.Imports): void {
    for (const functions of new Set(Object.values(imports))) {
      for (const [name, original] of Object.entries(functions)) {
        if (typeof original === "function" && !ALLOWED.has(name))
          functions[name] = this.guard(name, original as Import);
      }
    }
  }

  /** From now on no JavaScript runs for Python. `breached` is told when a program gets to where some would. */
  close(breached: (message: string) => void): void {
    this.breached = breached;
  }

  /** Lets Pyodide's own calls through again. */
  open(): void {
    this.breached = null;
  }

  private guard(name: string, original: Import): Import {
    const refusal = REFUSED.get(name) ?? (name.startsWith("__syscall_") ? EACCES : undefined);
    const guarded: Import = (...values) => {
      if (!this.breached) return original(...values);
      if (refusal !== undefined) return refusal;
      const message = `JavaScript is sealed off from programs, and this one got as far as ${name}`;
      this.breached(message);
      throw new Error(message);
    };
    if (original.sig !== undefined) guarded.sig = original.sig;
    return guarded;
  }
}
