import { z } from "zod";
import * as schemas from "@/lib/auth/model/schemas";

const MAX_TEXT = 200;
const text = schemas.name.pipe(z.string().max(MAX_TEXT)).nullish();

/** The routes that make, show and change an actor: `POST <path>`, and `GET` and `POST <path>/me`. */
export type ActorRoutes = {
  /** A path below `store/`, or below a folder where a route file of yours exports `medusa`. */
  path: string;
  /** The start of its actors' ids: `cus` makes `cus_…`. */
  idPrefix: string;
  /** The fields that a client may set, besides the address and `metadata`. A field that it leaves out is null. */
  fields: Record<string, z.ZodType>;
  /** Further fields of the answers, the same for every actor. */
  constants?: Record<string, unknown>;
};

export type ActorType = {
  /** The providers by which it signs in: all that have keys, or these; `emailpass` is the password. */
  providers: "all" | readonly string[];
  /** Anyone who registers may become an actor that has routes. `user` has none: people with the role `admin` are users. */
  routes?: ActorRoutes;
};

/** The actors that a client may sign in as. */
export const ACTORS: Record<string, ActorType> = {
  customer: {
    providers: "all",
    routes: {
      path: "store/customers",
      idPrefix: "cus",
      fields: { first_name: text, last_name: text, company_name: text, phone: text },
      constants: {
        has_account: true,
        default_billing_address_id: null,
        default_shipping_address_id: null,
        addresses: [],
      },
    },
  },
  user: { providers: "all" },
};
