/** Seeded in development and shown on /login there. Production has none of it: prisma/seed.ts refuses to run. */
export const DEMO_PASSWORD = "key-under-the-mat";

export const DEMO_USERS = [
  { email: "admin@example.com", name: "Admin", role: "admin" },
  { email: "user@example.com", name: "Demo User", role: "user" },
] as const;
