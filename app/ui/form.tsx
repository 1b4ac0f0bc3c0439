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
import { type FormAction, type FormState, IDLE } from "@/lib/web/form-state";
import { Notice } from "./notice";
import { clock, useCountdown } from "./use-countdown";

type FormHandle = { state: FormState; dispatch: (form: FormData) => void; pending: boolean };

/**
 * `useActionState` for a form action. On the server it is given the action itself, which is what lets the form be
 * sent without JavaScript; in the browser one that answers even when the server could not be reached.
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

const OFFLINE =
  "You seem to be offline: we could not reach the server. Nothing you typed is lost. Try again when you are back online.";
const BROKEN = "Something went wrong on our side. Nothing you typed is lost: try again, or reload the page.";

/** What the parts of a form know about it. `edited`: something was typed since it was last sent. */
export const FormContext = createContext({ state: IDLE, pending: false, edited: false });

type FormProps = { handle: FormHandle; className?: string; children: ReactNode };

/**
 * The form of a handle from `useForm`. Without JavaScript the browser posts it. With it, it is sent by hand, because
 * React would otherwise empty it after every answer, and only while no answer is awaited.
 */
export function Form({ handle: { state, dispatch, pending }, className = "grid gap-5", children }: FormProps) {
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
      <FormContext value={{ state, pending, edited }}>{children}</FormContext>
    </form>
  );
}

/** After an answer: a success starts afresh; a refusal takes the passwords out and leads to the first thing that is wrong. */
function settle(form: HTMLFormElement, { status, code }: FormState) {
  if (status === "success") form.reset();
  if (status !== "error") return;
  // Without a code the server never judged what was typed, so nothing has to be typed again.
  if (code) for (const input of form.querySelectorAll<HTMLInputElement>("[data-password]")) input.value = "";
  form.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus();
}

/** The answer to the whole form. It stands above the button, so that no field moves when it comes. */
export function FormMessage() {
  const { state, pending, edited } = useContext(FormContext);
  if (!state.message || state.status === "idle") return null;
  if (state.status === "success" && edited) return null;
  return (
    // Invisible while the next answer is awaited: it keeps its place, and is announced again when it is the same.
    <Notice
      tone={state.status}
      className={pending ? "invisible" : ""}
      autoFocus={state.status === "error" && !state.fields}
    >
      {state.message} {state.code && <ConfirmLink code={state.code} />}
    </Notice>
  );
}

/** Refusals after which a person shows again who they are, at this level, and comes back. */
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
  /** Seconds until the server will take it, where that is known before it is asked. */
  wait?: number;
};

/**
 * The button that sends the form; while it does, it says so. It stays focusable, so that focus is not lost meanwhile.
 * While the server would refuse, it looks like that and says for how long; it is the server that refuses.
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
