/** All icons, drawn on a 16-pixel grid with the weight of the text beside them. Decoration: words carry the meaning. */
const PATHS = {
  error: "M8 4.75v4M8 11.25v.01M14.25 8A6.25 6.25 0 1 1 1.75 8a6.25 6.25 0 0 1 12.5 0Z",
  success: "m5.25 8.25 2 2 3.5-4M14.25 8A6.25 6.25 0 1 1 1.75 8a6.25 6.25 0 0 1 12.5 0Z",
  info: "M8 7.25v4M8 4.75v.01M14.25 8A6.25 6.25 0 1 1 1.75 8a6.25 6.25 0 0 1 12.5 0Z",
  eye: "M1.25 8S3.5 3.5 8 3.5 14.75 8 14.75 8 12.5 12.5 8 12.5 1.25 8 1.25 8ZM8 9.75a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5Z",
  eyeOff:
    "M6.25 3.75A6.4 6.4 0 0 1 8 3.5c4.5 0 6.75 4.5 6.75 4.5a11 11 0 0 1-1.4 2M4 4.6A10.6 10.6 0 0 0 1.25 8S3.5 12.5 8 12.5a6.6 6.6 0 0 0 3.4-.95M2 2l12 12",
} as const;

export function Icon({ name, className }: { name: keyof typeof PATHS; className?: string }) {
  return <Drawing path={PATHS[name]} className={className} />;
}

export function Drawing({ path, className = "size-4" }: { path: string; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`shrink-0 ${className}`}
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
    >
      <path d={path} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
