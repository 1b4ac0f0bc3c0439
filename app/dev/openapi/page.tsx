import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CONTRACTS } from "@/app/openapi.json/contracts";
import { param, type SearchParams } from "@/app/ui/search-params";
import { openApi } from "@/lib/wire/openapi/document";
import { developmentOnly } from "../development-only";
import { type Drawn, Operation } from "./operation";

export const metadata: Metadata = { title: "APIs", robots: { index: false } };

const [FIRST = ""] = Object.keys(CONTRACTS);

/** The routes of one document, for people. */
export default async function OpenApiPage({ searchParams }: { searchParams: SearchParams }) {
  developmentOnly();
  const address = (await param(searchParams, "of")) ?? FIRST;
  const load = Object.hasOwn(CONTRACTS, address) ? CONTRACTS[address] : undefined;
  if (!load) notFound();
  const document = await openApi((await load()).contract);
  const links = await Promise.all(
    Object.entries(CONTRACTS).map(async ([of, read]) => ({ of, title: (await read()).contract.title })),
  );
  const operations = Object.entries(document.paths).flatMap(([path, { parameters: _, ...methods }]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation: operation as Drawn })),
  );
  return (
    <main className="grid grid-cols-1 gap-6">
      <header className="grid gap-1.5">
        <h1 className="text-xl">{document.info.title}</h1>
        <p className="text-muted">{document.info.description}</p>
      </header>
      <nav aria-label="Documents" className="flex flex-wrap gap-x-4 gap-y-2 text-sm">
        {links.map(({ of, title }) => (
          <a
            key={of}
            className="link first-letter:uppercase aria-[current]:text-ink"
            href={`/dev/openapi?${new URLSearchParams({ of })}`}
            aria-current={of === address ? "page" : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <ul className="card divide-y divide-line overflow-hidden">
        {operations.map(({ method, path, operation }) => (
          <li key={method + path}>
            <Operation method={method} path={path} operation={operation} document={document} />
          </li>
        ))}
      </ul>
      <p className="text-sm text-muted">
        For programs:{" "}
        <a className="link" href={address}>
          {address}
        </a>
      </p>
    </main>
  );
}
