import { vi } from "vitest";

// One worker runs many test files: packages are loaded once, which was half of a run's time. Each file begins with what is
// ours as in a new process.
vi.useRealTimers();
vi.restoreAllMocks();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
vi.resetModules();
Reflect.deleteProperty(globalThis, Symbol.for("app.singletons"));
