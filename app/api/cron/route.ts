import { setTimeout as sleep } from "node:timers/promises";
import { fail, ok } from "@/lib/auth/model/errors";
import { hashToken, sameHash } from "@/lib/auth/model/secrets";
import { cleanUp } from "@/lib/db/clean-up";
import { env } from "@/lib/env";
import { deliverer, deliveryQueue } from "@/lib/events/emit";
import { mailQueue, sender } from "@/lib/mail/outbox";
import { type Api, bearerOf, endpoint, refuseJson } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { otherMethods } from "@/lib/wire/other-methods";

/** Less time than platforms allow a request. What is left waits for the next one. */
const WITHIN_MS = 20_000;

const api: Api = { methods: ["GET", "POST"], requestHeaders: ["authorization"], refuse: refuseJson };

/**
 * Does for a platform's timer what our own server does by itself: sends waiting mails, tells subscribers of waiting events,
 * deletes what has expired. Several calls at once do no harm. Some timers send
 * GET; 404 where no CRON_SECRET is set.
 */
export const POST = endpoint(api, async ({ request }) => {
  const { CRON_SECRET } = env();
  if (!CRON_SECRET) return fail("not_found");
  if (!sameHash(hashToken(bearerOf(request) ?? ""), hashToken(CRON_SECRET))) return fail("unauthenticated");
  const until = Date.now() + WITHIN_MS;
  const workedOff = Promise.all([sender.workOff(), deliverer.workOff()]);
  const deleted = await cleanUp({ until });
  await Promise.race([workedOff, sleep(until - Date.now(), undefined, { ref: false })]);
  return ok(json(200, { mail: await mailQueue.count(), events: await deliveryQueue.count(), deleted }));
});
export const GET = POST;
export const { PUT, PATCH, DELETE } = otherMethods("GET, HEAD, POST, OPTIONS");
