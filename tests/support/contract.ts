import { inject } from "vitest";

// A setup file: whatever a contract test does by itself, like making a user, it does to the server's own database.
Object.assign(process.env, inject("server").settings);
