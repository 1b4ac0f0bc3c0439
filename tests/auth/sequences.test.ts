import { test } from "vitest";
import { expectOneTruthOf } from "@/tests/support/sequences";
import { storySurface } from "@/tests/support/story-surface";

test("whatever two people do with one address, in whatever order, there is one truth", async () => {
  await expectOneTruthOf(() => [storySurface(), storySurface()], { sequences: 15, longest: 24 });
});
