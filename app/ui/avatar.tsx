"use client";

import { useState } from "react";

/** Each person has one of these hues; components.css sets their lightness. */
const HUES = [
  "[--hue:25]",
  "[--hue:65]",
  "[--hue:110]",
  "[--hue:155]",
  "[--hue:205]",
  "[--hue:255]",
  "[--hue:300]",
  "[--hue:345]",
];

/**
 * The picture of a person. Without one, or when it does not load, the initials of the name in the person's own color. It is
 * decoration: the name stands beside it.
 * @param id the person's, which decides the color
 */
export function Avatar({
  id,
  name,
  src,
  className = "size-8 text-sm",
}: {
  id: string;
  name: string;
  src?: string | null;
  className?: string;
}) {
  const [broken, setBroken] = useState<string>();
  return (
    <span
      className={`initials relative grid shrink-0 place-items-center overflow-hidden rounded-full font-strong ${hueOf(id)} ${className}`}
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
          // The picture may have failed to load before this script ran.
          ref={(image) => {
            if (image?.complete && image.naturalWidth === 0) setBroken(src);
          }}
        />
      )}
    </span>
  );
}

function hueOf(id: string): string {
  const sum = [...id].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return HUES[sum % HUES.length] ?? "";
}

function initials(name: string): string {
  const words = name.trim().split(/[\s@.]+/u);
  const picked = words.length > 1 && !name.includes("@") ? [words[0], words.at(-1)] : [words[0]];
  return picked
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}
