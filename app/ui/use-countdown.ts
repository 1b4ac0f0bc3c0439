import { useEffect, useState } from "react";

/** Seconds left, counted down to 0. It starts anew with another `answer` or another time. */
export function useCountdown(seconds: number, answer?: object): number {
  const [left, setLeft] = useState(seconds);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another answer may name the same time.
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    tick();
    if (!seconds) return;
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [seconds, answer]);
  return left;
}

/** Seconds as on a clock: "0:42". */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
