import type { MetadataRoute } from "next";

/** Search engines may read the public pages. All others would show them the sign-in page only. */
export default function robots(): MetadataRoute.Robots {
  return { rules: { userAgent: "*", disallow: ["/account", "/admin", "/dashboard", "/api/", "/auth/"] } };
}
