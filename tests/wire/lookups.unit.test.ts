import { expect, test, vi } from "vitest";
import { lookUpOnce, shareLookups } from "@/lib/wire/lookups";

/** Work of one request, whose parts share what they look up. */
const inRequest = <T>(work: () => Promise<T>) =>
  new Promise<T>((resolve, reject) => shareLookups(() => void work().then(resolve, reject)));

test("parts of one request look a thing up once, and another request looks again", async () => {
  const lookUp = vi.fn(async () => lookUp.mock.calls.length);
  const twice = async () => [await lookUpOnce("a", lookUp), await lookUpOnce("a", lookUp)];
  expect(await Promise.all([inRequest(twice), inRequest(twice)])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(await inRequest(async () => [await lookUpOnce("a", lookUp), await lookUpOnce("b", lookUp)])).toEqual([3, 4]);
});

test("outside such a request each look-up is made", async () => {
  const lookUp = vi.fn(async () => lookUp.mock.calls.length);
  expect([await lookUpOnce("a", lookUp), await lookUpOnce("a", lookUp)]).toEqual([1, 2]);
});
