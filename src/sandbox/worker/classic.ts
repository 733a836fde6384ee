// Imported first: Pyodide asks at its start whether this function works, and refuses to run in a classic worker. It wants a
// module worker in order to import its parts, which are all in this one text; so the function goes, for programs as well.
Reflect.deleteProperty(Object.getPrototypeOf(globalThis) as object, "importScripts");
Reflect.deleteProperty(globalThis, "importScripts");
Object.defineProperty(globalThis, "importScripts", { value: undefined });
