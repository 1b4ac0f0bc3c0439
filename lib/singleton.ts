/**
 * The process's one value of this name, made at first use. Next evaluates modules once per bundle (proxy, pages, routes)
 * and again on every hot reload, so a module's own variable would exist several times.
 * @param name is unique among all callers.
 */
export function singleton<T>(name: string, create: () => T): T {
  const shared = globalThis as typeof globalThis & { [KEY]?: Map<string, unknown> };
  shared[KEY] ??= new Map();
  if (!shared[KEY].has(name)) shared[KEY].set(name, create());
  return shared[KEY].get(name) as T;
}

const KEY = Symbol.for("app.singletons");
