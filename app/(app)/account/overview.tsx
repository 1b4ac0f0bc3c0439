"use client";

import { Pictogram, type PictogramName } from "@/app/ui/pictogram";
import { Time } from "@/app/ui/time";

type Tile = { href: string; icon: PictogramName; name: string; isGood?: boolean; value: string; at?: Date };

/** How safe the account is at a glance, with links to the sections that change it. */
export function Overview({ tiles }: { tiles: Tile[] }) {
  return (
    <section aria-labelledby="overview" className="grid grid-cols-1 gap-3">
      <h2 id="overview">Security overview</h2>
      <ul className="card grid grid-cols-1 overflow-hidden sm:grid-cols-2">
        {tiles.map(({ href, icon, name, isGood, value, at }) => (
          <li key={href} className="tile">
            <a href={href} className="flex h-full items-start gap-3 p-4 -outline-offset-2 hover:bg-subtle">
              <span className={`icon-box ${isGood ? "text-good" : ""}`}>
                <Pictogram name={icon} />
              </span>
              <span className="grid min-w-0">
                <span className="text-sm text-muted">{name}</span>
                <span className="break-words">
                  {value}
                  {at && (
                    <>
                      {" "}
                      <Time at={at} />
                    </>
                  )}
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
