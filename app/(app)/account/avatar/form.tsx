"use client";

import { useRouter } from "next/navigation";
import { startTransition, useCallback, useContext, useEffect, useId, useRef, useState } from "react";
import { Avatar } from "@/app/ui/avatar";
import { DisclosureRow } from "@/app/ui/edit-row";
import { Form, FormContext, FormMessage, PersonContext, SubmitButton, useForm } from "@/app/ui/form";
import type { Identity } from "@/lib/auth-provider/identity";
import { type FormState, PERSON_FIELD } from "@/lib/web/form-state";
import { removeAvatarAction } from "./actions";
import { Cropper } from "./cropper";

const FORMATS = "image/jpeg,image/png,image/webp,image/avif,image/gif";
const UNREADABLE: FormState = {
  status: "error",
  message: "Your browser cannot read that as a picture. Choose a JPEG, PNG, WebP or GIF.",
};

type AvatarRowProps = {
  person: Pick<Identity, "id" | "name" | "avatar">;
  /** Whether there is a picture of their own to remove. */
  removable: boolean;
  /** The outcome of an upload without JavaScript. */
  told: FormState;
};

/** The picture of the signed-in person, and on demand what changes it. */
export function AvatarRow({ person: { id, name, avatar }, removable, told }: AvatarRowProps) {
  const router = useRouter();
  const upload = useForm(async (_, form) => {
    const outcome = await send(form);
    // One transition: the message comes with the picture that it speaks of.
    if (outcome.status === "success") startTransition(() => router.refresh());
    return outcome;
  });
  const removal = useForm(removeAvatarAction);
  // The newer answer of the two forms. The removal shows its own refusals.
  const [newer, setNewer] = useState<FormState | null>(removal.state.status === "success" ? removal.state : null);
  useEffect(() => {
    if (upload.state.status !== "idle") setNewer(upload.state);
  }, [upload.state]);
  useEffect(() => {
    if (removal.state.status === "success") setNewer(removal.state);
  }, [removal.state]);
  const state = newer ?? told;
  const picture = (
    <span role="img" aria-label={avatar ? "Your picture" : "Your initials"} className="grid">
      <Avatar id={id} name={name} src={avatar} className="size-10" />
    </span>
  );
  return (
    <DisclosureRow name="picture" title="Picture" value={picture} state={state}>
      <AvatarForm upload={{ ...upload, state }} removal={removable ? removal : null} />
    </DisclosureRow>
  );
}

type AvatarFormProps = { upload: ReturnType<typeof useForm>; removal: ReturnType<typeof useForm> | null };

/**
 * Takes a picture that is chosen, dropped or pasted. With JavaScript the person crops it and the browser makes it small before it
 * is sent; without, the browser posts the file as it is.
 */
function AvatarForm({ upload: { state: answer, dispatch, pending }, removal }: AvatarFormProps) {
  const [unreadable, setUnreadable] = useState(false);
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  const [isOver, setIsOver] = useState(false);
  const person = useContext(PersonContext);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  const read = useCallback(async (file: File | undefined) => {
    if (!file) return;
    const bitmap = await createImageBitmap(file).catch(() => null);
    setUnreadable(bitmap === null);
    setPicture(bitmap);
    if (input.current) input.current.value = "";
  }, []);
  // It may have been chosen before this script ran.
  useEffect(() => void read(input.current?.files?.[0]), [read]);
  useEffect(() => {
    if (picture) return;
    const listening = new AbortController();
    const { signal } = listening;
    const onDrag = (event: DragEvent) => {
      const isFile = event.dataTransfer?.types.includes("Files");
      setIsOver(event.type === "dragover" && isFile === true);
      // Else the browser leaves the page for the file.
      if (isFile) event.preventDefault();
      if (event.type === "drop") void read(event.dataTransfer?.files[0]);
    };
    for (const type of ["dragover", "dragleave", "drop"] as const) document.addEventListener(type, onDrag, { signal });
    document.addEventListener("paste", ({ clipboardData }) => void read(clipboardData?.files[0]), { signal });
    return () => listening.abort();
  }, [picture, read]);
  // After the dialog, whatever had focus before it may be gone.
  useEffect(() => (picture ? () => input.current?.focus() : undefined), [picture]);

  const state = unreadable ? UNREADABLE : answer;
  return (
    <FormContext value={{ state, pending, edited: false }}>
      <div
        className={`grid max-w-md grid-cols-1 gap-3 rounded-card border border-dashed p-5 ${isOver ? "border-accent bg-subtle" : "border-edge"}`}
      >
        <form
          action="/avatar/upload"
          method="post"
          encType="multipart/form-data"
          className="grid justify-items-start gap-3"
        >
          <input type="hidden" name={PERSON_FIELD} value={person} />
          {!picture && state.status === "error" && <FormMessage />}
          <label
            htmlFor={id}
            className="button has-[+input:focus-visible]:outline-2 has-[+input:focus-visible]:outline-offset-2 has-[+input:focus-visible]:outline-accent"
          >
            Choose a picture
          </label>
          <input
            ref={input}
            id={id}
            type="file"
            name="picture"
            accept={FORMATS}
            required
            aria-describedby={`${id}-hint`}
            className="max-w-full text-sm file:hidden [@media(scripting:enabled)]:sr-only"
            onChange={({ target }) => void read(target.files?.[0])}
          />
          <p id={`${id}-hint`} className="text-sm text-muted">
            <span className="needs-script">Or drop or paste one here. </span>JPEG, PNG, WebP or GIF
            <span className="[@media(scripting:enabled)]:hidden">, up to 5 MB</span>.
          </p>
          <SubmitButton pending="Uploading…" className="button [@media(scripting:enabled)]:hidden">
            Upload picture
          </SubmitButton>
        </form>
        {removal && (
          <Form handle={removal} className="grid justify-items-start gap-2">
            {removal.state.status === "error" && <FormMessage />}
            <SubmitButton pending="Removing…" className="button button-small">
              Remove picture
            </SubmitButton>
          </Form>
        )}
      </div>
      {picture && (
        <Cropper
          picture={picture}
          onClose={() => setPicture(null)}
          onCropped={(cropped) => {
            const form = new FormData();
            form.set("picture", cropped);
            if (person) form.set(PERSON_FIELD, person);
            startTransition(() => dispatch(form));
          }}
        />
      )}
    </FormContext>
  );
}

async function send(form: FormData): Promise<FormState> {
  const headers = { accept: "application/json" };
  const answer = await fetch("/avatar/upload", { method: "POST", body: form, headers });
  const { error: code, message } = await answer.json();
  return answer.ok ? { status: "success", message } : { status: "error", code, message };
}
