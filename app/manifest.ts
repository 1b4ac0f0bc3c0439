import type { MetadataRoute } from "next";
import { BRAND } from "@/lib/brand";
import { PAGE_COLOR } from "./ui/theme";

/** What a home screen shows of the site. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: BRAND.name,
    short_name: BRAND.name,
    start_url: "/",
    display: "standalone",
    background_color: PAGE_COLOR.light,
    theme_color: BRAND.accent.light.fill,
    icons: [
      { src: "/icon.svg", type: "image/svg+xml", sizes: "any" },
      { src: "/icon.png", type: "image/png", sizes: "512x512", purpose: "maskable" },
    ],
  };
}
