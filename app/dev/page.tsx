import type { Metadata } from "next";
import { developmentOnly } from "./development-only";

export const metadata: Metadata = { title: "Development", robots: { index: false } };

const PAGES = [
  { path: "/dev/mailbox", name: "Mailbox", is: "Every mail of this machine, with its code and link." },
  { path: "/dev/openapi", name: "APIs", is: "Every route, with examples of what it takes and answers." },
];

/** The pages of development. */
export default function DevelopmentPage() {
  developmentOnly();
  return (
    <main className="grid gap-6">
      <h1 className="text-xl">Development</h1>
      <ul className="card divide-y divide-line overflow-hidden">
        {PAGES.map(({ path, name, is }) => (
          <li key={path} className="grid gap-1 px-4 py-3">
            <a className="link justify-self-start font-strong" href={path}>
              {name}
            </a>
            <p className="text-sm text-muted">{is}</p>
          </li>
        ))}
      </ul>
    </main>
  );
}
