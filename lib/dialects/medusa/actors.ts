import { z } from "zod";
import * as schemas from "@/lib/auth/model/schemas";

const MAX_TEXT = 200;
const text = schemas.name.pipe(z.string().max(MAX_TEXT)).nullish();

/** The routes that make, show and change an actor: `POST <path>`, and `GET` and `POST <path>/me`. */
export type ActorRoutes = {
  /** Below `store/`, or where a route file of your own exports `medusa`. */
  path: string;
  /** What the ids of its actors begin with: `cus` makes `cus_…`. */
  idPrefix: string;
  /** What a client says of the actor, besides the address and `metadata`. What it leaves out is null. */
  fields: Record<string, z.ZodType>;
  /** What answers hold besides, the same for all. */
  constants?: Record<string, unknown>;
};

export type ActorType = {
  /** By which providers it signs in: all that are on, or these; `emailpass` is the password. */
  providers: "all" | readonly string[];
  /** None for `user`: a person with the role `admin` is one. Anyone who registers as an actor with routes may become one. */
  routes?: ActorRoutes;
};

/** Whom clients may speak as. */
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
