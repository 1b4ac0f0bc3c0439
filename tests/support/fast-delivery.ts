import { DELIVERY_TIMING } from "@/lib/events/deliver";

/** Many times as fast as in production. */
export const FAST_DELIVERY = { ...DELIVERY_TIMING, startAfterMs: 1, retryAfterMs: 20, lookEveryMs: 20 };
