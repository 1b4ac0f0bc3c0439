// refine 5 dropped the name that its own tutorial still uses. This gives it back to code that imports it.
import type { AuthProvider } from "@refinedev/core";

declare module "@refinedev/core" {
  export type AuthBindings = AuthProvider;
}
