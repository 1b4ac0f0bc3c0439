"use client";

import { unstable_rethrow, usePathname } from "next/navigation";
import {
  createContext,
  type ReactNode,
  startTransition,
  useActionState,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import type { AuthErrorCode } from "@/lib/auth/model/errors";
import type { Level } from "@/lib/auth/model/factors";
import { type FormAction, type FormState, IDLE, PERSON_FIELD } from "@/lib/web/form-state";
import { Notice } from "./notice";
import { clock, useCountdown } from "./use-countdown";

type FormHandle = { state: FormState; dispatch: (form: FormData) => void; pending: boolean };

/**
 * `useActionState` for a form action. The server gets the action itself, so that the form can be sent without JavaScript; the
 * browser gets one that answers even when the server cannot be reached.
 */
export function useForm(action: FormAction): FormHandle {
  const [state, dispatch, pending] = useActionState(typeof window === "undefined" ? action : answering(action), IDLE);
  return { state, dispatch, pending };
}

function answering(action: FormAction): FormAction {
  return async (state, form) => {
    try {
      return await action(state, form);
    } catch (error) {
      unstable_rethrow(error);
      // A browser's fetch throws a TypeError when there was no answer at all.
      const offline = !navigator.onLine || error instanceof TypeError;
      return { status: "error", message: offline ? OFFLINE : BROKEN };
    }
  };
}

/** @public: for what your pages ask of a server. */
export const OFFLINE = "We could not reach the server. Nothing you typed is lost. Try again, or check your connection.";
const BROKEN = "Something went wrong on our side. Nothing you typed is lost. Try again, or reload the page.";

/** What a form tells its parts. `edited`: whether the person typed something since it was last sent. */
export const FormContext = createContext({ state: IDLE, pending: false, edited: false });

/** The id of the user whose page it is. */
export const PersonContext = createContext<string | undefined>(undefined);

type FormProps = { handle: FormHandle; className?: string; children: ReactNode };

/**
 * The form of a handle from `useForm`. Without JavaScript the browser posts it. With it, our code sends it, because
 * React would empty the form after every answer, and only while no answer is pending.
 */
export function Form({ handle: { state, dispatch, pending }, className = "grid gap-5", children }: FormProps) {
  const person = useContext(PersonContext);
  const form = useRef<HTMLFormElement>(null);
  const [edited, setEdited] = useState(false);

  useEffect(() => {
    if (form.current) settle(form.current, state);
  }, [state]);

  return (
    <form
      ref={form}
      className={className}
      noValidate
      action={dispatch}
      onInput={() => setEdited(true)}
      onSubmit={(event) => {
        event.preventDefault();
        if (pending) return;
        const data = new FormData(event.currentTarget);
        setEdited(false);
        startTransition(() => dispatch(data));
      }}
    >
      {person && <input type="hidden" name={PERSON_FIELD} value={person} />}
      <FormContext value={{ state, pending, edited }}>{children}</FormContext>
    </form>
  );
}

/** After an answer: a success empties the form; a refusal removes the passwords and focuses the first wrong field. */
function settle(form: HTMLFormElement, { status, code }: FormState) {
  if (status === "success") form.reset();
  if (status !== "error") return;
  // Without an error code the server never read the form, so the person need not type anything again.
  if (code) for (const input of form.querySelectorAll<HTMLInputElement>("[data-password]")) input.value = "";
  form.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus();
}

/** The answer to the whole form. It stands above the button, so that no field moves when it comes. */
export function FormMessage() {
  const { state, pending, edited } = useContext(FormContext);
  if (!state.message || state.status === "idle") return null;
  if (state.status === "success" && edited) return null;
  return (
    // Hidden while the next answer is pending: it keeps its place, and screen readers announce it again even if it is the same.
    <Notice
      tone={state.status}
      className={pending ? "invisible" : ""}
      autoFocus={state.status === "error" && !state.fields}
    >
      {state.message} {state.code && <ConfirmLink code={state.code} />}
    </Notice>
  );
}

/** Refusals after which the person proves again who they are, at this level, and comes back. */
const CONFIRM_FIRST: Partial<Record<AuthErrorCode, Level>> = {
  reauthentication_required: "one",
  second_factor_required: "two",
};

function ConfirmLink({ code }: { code: AuthErrorCode }) {
  const to = usePathname();
  const level = CONFIRM_FIRST[code];
  if (!level) return null;
  return (
    <a className="link" href={`/reauthenticate?${new URLSearchParams({ level, to })}`}>
      Confirm that it is you
    </a>
  );
}

type SubmitProps = {
  children: ReactNode;
  pending: string;
  className?: string;
  /** Seconds until the server accepts the form, if the page knows that. */
  wait?: number;
};

/**
 * The button that sends the form, and says so while it does. It stays focusable, so that focus is not lost meanwhile. While a
 * limit holds it looks disabled and says for how long, but only the server refuses.
 */
export function SubmitButton({
  children,
  pending: pendingLabel,
  className = "button button-primary",
  wait = 0,
}: SubmitProps) {
  const { state, pending } = useContext(FormContext);
  const left = useCountdown(state.retryAfter ?? wait, state);
  return (
    <button
      type="submit"
      className={className}
      aria-disabled={pending || undefined}
      data-pending={pendingLabel}
      data-wait={left || undefined}
    >
      {pending ? pendingLabel : children}
      {!pending && left > 0 && ` · ${clock(left)}`}
    </button>
  );
}
