import type { CustomProvider } from "@/lib/oauth/custom-provider";

/** A provider that no test calls: `registry.add("club", CLUB)` makes a button for it. */
export const CLUB: CustomProvider = {
  icon: "club",
  enabled: true,
  grantConfig: {
    key: "our-client",
    secret: "our-words",
    authorize_url: "https://club.example/authorize",
    access_url: "https://club.example/token",
  },
  authCallback: () => ({ id: 1, email: "alice@example.com" }),
};
