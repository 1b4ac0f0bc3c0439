/** The part of https://standardschema.dev that we use. Schemas of zod, valibot and arktype have it. */
export type StandardSchemaV1 = {
  "~standard": {
    validate(
      value: unknown,
    ): { issues?: readonly { message: string }[] } | Promise<{ issues?: readonly { message: string }[] }>;
  };
};
