import { type Context, type ContextManager, ROOT_CONTEXT } from "@opentelemetry/api";
import { requestValue } from "@/lib/request";

const contexts = requestValue<Context>("telemetry");

/** Carries OpenTelemetry's context with the request, beside the request's other values. */
export const requestContexts: ContextManager = {
  active: () => contexts.get() ?? ROOT_CONTEXT,
  with(context, work, self, ...given) {
    return contexts.run(context, () => work.apply(self as ThisParameterType<typeof work>, given));
  },
  bind(context, target) {
    if (typeof target !== "function") return target;
    const bound = (...given: unknown[]) => contexts.run(context, () => target(...given));
    return bound as typeof target;
  },
  enable: () => requestContexts,
  disable: () => requestContexts,
};
