import type { MetadataRoute } from "next";

/** Search engines may read the pages for everybody. Behind the others they would find the sign-in page only. */
export default function robots(): MetadataRoute.Robots {
  return { rules: { userAgent: "*", disallow: ["/account", "/admin", "/dashboard", "/api/", "/auth/"] } };
}
