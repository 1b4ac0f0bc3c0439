import { afterEach, vi } from "vitest";
import { backgroundIdle } from "@/lib/background";

/**
 * Sets the clock forward or back, for code and not for timers, once the last visit is noted. After the test the clock is right
 * again.
 */
export async function moveClock(ms: number): Promise<void> {
  await backgroundIdle();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}

afterEach(async () => {
  await backgroundIdle();
  vi.useRealTimers();
});
