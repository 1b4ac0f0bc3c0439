import { randomUUID } from "node:crypto";
import { singleton } from "@/lib/singleton";

/** Says that a request came from the machine itself, by a value that only this process knows. */
export const OPERATOR_HEADER = "x-internal-operator";

/** The value of the header, which our front writes and no client can guess. Without our front it is missing. */
export function operatorMark(): string {
  return singleton("operator-mark", randomUUID);
}

/** Whether the request is an operator's on this machine, and not a visitor's through a proxy. */
export function isFromOperator(headers: Headers): boolean {
  return headers.get(OPERATOR_HEADER) === operatorMark();
}
