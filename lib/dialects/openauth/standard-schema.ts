/** The part of https://standardschema.dev that is used: zod, valibot and arktype schemas all have it. */
export type StandardSchemaV1 = {
  "~standard": {
    validate(
      value: unknown,
    ): { issues?: readonly { message: string }[] } | Promise<{ issues?: readonly { message: string }[] }>;
  };
};
