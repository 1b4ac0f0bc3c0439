import { createDeliverer } from "@/lib/events/deliver";
import { SUBSCRIBERS } from "@/lib/events/subscribers";
import { log } from "@/lib/log";
import { FAST_DELIVERY } from "./fast-delivery";

// Delivers waiting events to a subscriber that never ends, and prints the id of each, until it is killed.
log.level = "silent";
const [leaseMs = ""] = process.argv.slice(2);
SUBSCRIBERS["user.deleted"].test = (_, id) => {
  console.log(id);
  return new Promise(() => {});
};
createDeliverer({ ...FAST_DELIVERY, leaseMs: Number(leaseMs) });
setInterval(() => {}, 60_000);
