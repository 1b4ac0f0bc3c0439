import { readdirSync } from "node:fs";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import DevelopmentPage from "@/app/dev/page";
import { env } from "@/lib/env";

test("/dev leads to every page below it", () => {
  const pages = readdirSync("app/dev", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const links = [...renderToStaticMarkup(DevelopmentPage()).matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
  expect(links).toEqual(pages.map(({ name }) => `/dev/${name}`));
});

test("/dev is not there in production", () => {
  Object.assign(env(), { production: true });
  expect(() => renderToStaticMarkup(DevelopmentPage())).toThrow("404");
});
