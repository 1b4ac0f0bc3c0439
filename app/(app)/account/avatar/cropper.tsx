"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from "react";
import { FormMessage, SubmitButton } from "@/app/ui/form";
import { MAX_ZOOM, MIDDLE, moved, squareOf, withinPicture } from "./crop";

/** The side of the square that is sent, in pixels: twice that of the stored picture. */
const SIDE = 512;
const QUALITY = 0.9;
const STEP = 0.05;
const ARROWS: Record<string, [right: number, down: number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

type CropperProps = { picture: ImageBitmap; onCropped: (cropped: Blob) => void; onClose: () => void };

/** Lets the person choose a square of a picture. What its canvas shows is what the form sends. */
export function Cropper({ picture, onCropped, onClose }: CropperProps) {
  const [crop, setCrop] = useState(MIDDLE);
  const dialog = useRef<HTMLDialogElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef({ clientX: 0, clientY: 0 });
  const id = useId();

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const { side, left, top } = squareOf(picture, crop);
    context.imageSmoothingQuality = "high";
    context.clearRect(0, 0, SIDE, SIDE);
    context.drawImage(picture, left, top, side, side, 0, 0, SIDE, SIDE);
  }, [picture, crop]);

  const move = (right: number, down: number) => setCrop((before) => moved(picture, before, right, down));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    move(...step);
  };
  const onPointerDown = ({ currentTarget, pointerId, clientX, clientY }: PointerEvent) => {
    currentTarget.setPointerCapture(pointerId);
    pointer.current = { clientX, clientY };
  };
  const onPointerMove = ({ currentTarget, pointerId, clientX, clientY }: PointerEvent) => {
    if (!currentTarget.hasPointerCapture(pointerId)) return;
    const { clientX: x, clientY: y } = pointer.current;
    pointer.current = { clientX, clientY };
    move((clientX - x) / currentTarget.clientWidth, (clientY - y) / currentTarget.clientHeight);
  };

  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby={`${id}-title`} className="dialog">
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          canvas.current?.toBlob((blob) => blob && onCropped(blob), "image/webp", QUALITY);
        }}
      >
        <h2 id={`${id}-title`}>Crop your picture</h2>
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the arrow keys move what it shows. */}
        <canvas
          ref={canvas}
          width={SIDE}
          height={SIDE}
          tabIndex={0}
          role="application"
          aria-label="Your picture"
          aria-describedby={`${id}-hint`}
          className="size-64 cursor-move touch-none justify-self-center rounded-full bg-subtle"
          onKeyDown={onKeyDown}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
        />
        <p id={`${id}-hint`} className="text-center text-sm text-muted">
          Drag it, or move it with the arrow keys.
        </p>
        <label className="label grid gap-1.5">
          Zoom
          <input
            type="range"
            min={1}
            max={MAX_ZOOM}
            step={STEP}
            value={crop.zoom}
            className="w-full accent-accent-fill"
            onChange={({ target }) => setCrop(withinPicture(picture, { ...crop, zoom: target.valueAsNumber }))}
          />
        </label>
        <FormMessage />
        <div className="flex justify-end gap-3">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <SubmitButton pending="Saving…">Save picture</SubmitButton>
        </div>
      </form>
    </dialog>
  );
}
