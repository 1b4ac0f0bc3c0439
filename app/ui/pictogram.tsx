import { Drawing } from "./icons";

/** Drawn on the same grid as `Icon`, but in another file, so that /login loads none of them as code. */
const PATHS = {
  key: "M6.9 9.1a3.4 3.4 0 1 1 1.05-1.05L13.5 13.6M11.4 11.5l1.5-1.5",
  mail: "M2.75 3.5h10.5a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H2.75a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM2 4.5l6 4.25 6-4.25",
  computer:
    "M3 2.75h10a.75.75 0 0 1 .75.75v6.25H2.25V3.5A.75.75 0 0 1 3 2.75ZM1 12.75h14M2.25 9.75 1 12.75M13.75 9.75 15 12.75",
  phone: "M5 1.75h6a1 1 0 0 1 1 1v10.5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V2.75a1 1 0 0 1 1-1ZM7.25 12h1.5",
  app: "M5.5 5 2.5 8l3 3M10.5 5l3 3-3 3",
  shield:
    "M8 1.75 13.25 3.5v4.25c0 3.25-2.2 5.4-5.25 6.5-3.05-1.1-5.25-3.25-5.25-6.5V3.5L8 1.75Zm-2.25 6 1.6 1.6 2.9-3.1",
  lock: "M4.25 7h7.5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-7.5a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1Zm1-.25V5a2.75 2.75 0 0 1 5.5 0v1.75",
  clock: "M8 4.5V8l2.25 1.5M14.25 8A6.25 6.25 0 1 1 1.75 8a6.25 6.25 0 0 1 12.5 0Z",
  tick: "m3.5 8.5 3 3 6-6.5",
  dots: "M3.25 8h.01M8 8h.01M12.75 8h.01",
} as const;

export type PictogramName = keyof typeof PATHS;

export function Pictogram({ name, className }: { name: PictogramName; className?: string }) {
  return <Drawing path={PATHS[name]} className={className} />;
}
