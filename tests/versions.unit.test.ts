import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Locked = {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  inBundle?: boolean;
  optional?: boolean;
};
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };

/** 1 when `a` is newer than `b`, -1 when older. A release is newer than its betas. */
function compare(a: string, b: string): number {
  const parts = (version: string) => {
    const [release = "", pre = ""] = version.split("-");
    return [...release.split(".").map(Number), pre ? Number(pre.match(/\d+$/)?.[0] ?? 0) : Number.MAX_SAFE_INTEGER];
  };
  const [left, right] = [parts(a), parts(b)];
  for (let n = 0; n < 4; n++) if (left[n] !== right[n]) return (left[n] ?? 0) > (right[n] ?? 0) ? 1 : -1;
  return 0;
}

test.each([
  ["next", "16.3.3"],
  ["react", "19.2.8"],
  ["react-dom", "19.2.8"],
  ["next-auth", "5.0.0-beta.32"],
  ["@auth/core", "0.41.3"],
])("%s is no older than %s, which mended what was known to be broken", (name, floor) => {
  const copies = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
  expect(copies.length).toBeGreaterThan(0);
  for (const [path, { version = "0" }] of copies)
    expect(`${path} ${compare(version, floor) >= 0}`).toBe(`${path} true`);
});

test("nodemailer, if anything brings it, is no older than 7.0.7", () => {
  const copies = Object.entries(packages).filter(([path]) => path.endsWith("node_modules/nodemailer"));
  expect(copies.filter(([, { version = "0" }]) => compare(version, "7.0.7") < 0)).toEqual([]);
});

test("versions are compared as they are meant to be", () => {
  expect(compare("16.10.0", "16.3.3")).toBe(1);
  expect(compare("5.0.0-beta.4", "5.0.0-beta.32")).toBe(-1);
  expect(compare("5.0.0", "5.0.0-beta.32")).toBe(1);
  expect(compare("0.41.3", "0.41.3")).toBe(0);
});

test("there is one copy of @auth/core, of React and of Prisma's client: they share state", () => {
  for (const name of ["@auth/core", "react", "react-dom", "@prisma/client"])
    expect(Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`))).toEqual([
      `node_modules/${name}`,
    ]);
});

test("every package that all machines install is locked with its content's hash, and none comes from a git or http address", () => {
  const installed = Object.entries(packages).filter(([path, { link, inBundle }]) => path && !link && !inBundle);
  expect(installed.length).toBeGreaterThan(100);
  expect(
    installed.filter(([, { integrity, optional }]) => !optional && !integrity?.startsWith("sha")).map(([path]) => path),
  ).toEqual([]);
  const from = installed.map(([, { resolved }]) => resolved ?? "");
  expect(from.filter((address) => /^git|^http:/.test(address))).toEqual([]);
});

test("dependencies are exact versions, so that two installs are one", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8"));
  const ranges: string[] = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(ranges.filter((range) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range))).toEqual([]);
});
