"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, startTransition, useCallback, useEffect, useId, useRef, useState } from "react";
import { Form, FormContext, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import type { FormState } from "@/lib/web/form-state";
import { removeAvatarAction } from "./actions";
import { Cropper } from "./cropper";

const FORMATS = "image/jpeg,image/png,image/webp,image/avif,image/gif";
const UNREADABLE: FormState = {
  status: "error",
  message: "Your browser cannot read that as a picture. Choose a JPEG, PNG, WebP, AVIF or GIF.",
};

type AvatarFormProps = {
  /** The outcome of an upload without JavaScript. */
  told: FormState;
  /** Whether there is a picture to remove. */
  removable: boolean;
  /** The picture that is shown now. */
  children: ReactNode;
};

/**
 * Takes a picture that is chosen, dropped or pasted. With JavaScript the person crops it and the browser makes it small before it
 * is sent; without, the browser posts the file as it is.
 */
export function AvatarForm({ told, removable, children }: AvatarFormProps) {
  const router = useRouter();
  const {
    state: answer,
    dispatch,
    pending,
  } = useForm(async (_, form) => {
    const outcome = await send(form);
    // One transition: the message comes with the picture that it speaks of.
    if (outcome.status === "success") startTransition(() => router.refresh());
    return outcome;
  });
  const removal = useForm(removeAvatarAction);
  const [unreadable, setUnreadable] = useState(false);
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  const [isOver, setIsOver] = useState(false);
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
  useEffect(() => {
    if (answer.status === "success") setPicture(null);
  }, [answer]);

  const sent = answer.status === "idle" ? told : answer;
  const isRemoved = removal.state.status === "success" && !removable;
  const state = unreadable ? UNREADABLE : isRemoved ? removal.state : sent;
  return (
    <FormContext value={{ state, pending, edited: false }}>
      <div
        className={`flex flex-wrap items-center gap-5 rounded-card border border-dashed p-5 ${isOver ? "border-accent bg-subtle" : "border-edge"}`}
      >
        {children}
        <div className="grid min-w-0 flex-1 basis-60 gap-3">
          <form
            action="/avatar/upload"
            method="post"
            encType="multipart/form-data"
            className="grid justify-items-start gap-3"
          >
            {!picture && <FormMessage />}
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
              <span className="needs-script">Or drop or paste one here. </span>JPEG, PNG, WebP, AVIF or GIF
              <span className="[@media(scripting:enabled)]:hidden">, up to 5 MB</span>.
            </p>
            <SubmitButton pending="Uploading…" className="button [@media(scripting:enabled)]:hidden">
              Upload picture
            </SubmitButton>
          </form>
          {removable && (
            <Form handle={removal} className="grid justify-items-start gap-2">
              {removal.state.status === "error" && <FormMessage />}
              <SubmitButton pending="Removing…" className="button button-small">
                Remove picture
              </SubmitButton>
            </Form>
          )}
        </div>
      </div>
      {picture && (
        <Cropper
          picture={picture}
          onClose={() => setPicture(null)}
          onCropped={(cropped) => {
            const form = new FormData();
            form.set("picture", cropped);
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
