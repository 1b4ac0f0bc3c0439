import { AsyncLocalStorage } from "node:async_hooks";
import { singleton } from "./singleton";

type Values = Readonly<Record<string, unknown>>;

// One storage for all values, because Node copies each further one with every promise.
const requests = singleton("request-values", () => new AsyncLocalStorage<Values>());

/** A value that a request carries to all of its code. @param name is unique among all callers */
export function requestValue<T>(name: string) {
  return {
    /** Does work that carries this value, and all others as before. */
    run<R>(value: T | undefined, work: () => R): R {
      return requests.run({ ...requests.getStore(), [name]: value }, work);
    },
    /** The value that the work under way carries, or undefined. */
    get(): T | undefined {
      return requests.getStore()?.[name] as T | undefined;
    },
  };
}
