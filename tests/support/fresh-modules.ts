import { vi } from "vitest";

// One worker runs many test files and loads packages once, because loading took half of a run's time. Each file begins with our
// own modules as in a new process.
vi.useRealTimers();
vi.restoreAllMocks();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
vi.resetModules();
Reflect.deleteProperty(globalThis, Symbol.for("app.singletons"));
