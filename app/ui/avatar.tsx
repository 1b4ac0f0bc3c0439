"use client";

import { useState } from "react";

/** The picture of a person, or the initials of the name where there is none or it does not load. Decoration: the name stands beside it. */
export function Avatar({
  name,
  src,
  className = "size-8 text-sm",
}: {
  name: string;
  src?: string | null;
  className?: string;
}) {
  const [broken, setBroken] = useState<string>();
  return (
    <span
      className={`relative grid shrink-0 place-items-center overflow-hidden rounded-full bg-subtle font-strong text-muted ring-1 ring-line ring-inset ${className}`}
      aria-hidden="true"
    >
      {initials(name)}
      {src && src !== broken && (
        // biome-ignore lint/performance/noImgElement: fetched by the visitor's browser alone, since our server follows no address that a person typed.
        <img
          src={src}
          alt=""
          referrerPolicy="no-referrer"
          className="absolute inset-0 size-full bg-subtle object-cover"
          onError={() => setBroken(src)}
          // It may have failed before this script ran.
          ref={(image) => {
            if (image?.complete && image.naturalWidth === 0) setBroken(src);
          }}
        />
      )}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/[\s@.]+/u);
  const picked = words.length > 1 && !name.includes("@") ? [words[0], words.at(-1)] : [words[0]];
  return picked
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}
