/** A square of a picture. `zoom` 1 is the largest that fits; `x` and `y` are its middle, as shares of width and height. */
export type Crop = { zoom: number; x: number; y: number };
type Size = { width: number; height: number };

export const MIDDLE: Crop = { zoom: 1, x: 0.5, y: 0.5 };
export const MAX_ZOOM = 4;

/** The square in pixels of the picture. */
export function squareOf({ width, height }: Size, { zoom, x, y }: Crop) {
  const side = Math.min(width, height) / zoom;
  return { side, left: x * width - side / 2, top: y * height - side / 2 };
}

/** The crop after a change of it, moved back to where it does not leave the picture. */
export function withinPicture(picture: Size, { zoom, x, y }: Crop): Crop {
  const { side } = squareOf(picture, { zoom, x, y });
  return { zoom, x: clamp(x, side / picture.width / 2), y: clamp(y, side / picture.height / 2) };
}

/** The crop after the picture was moved below it, by shares of the square's side. */
export function moved(picture: Size, crop: Crop, right: number, down: number): Crop {
  const { side } = squareOf(picture, crop);
  const { width, height } = picture;
  return withinPicture(picture, { ...crop, x: crop.x - (right * side) / width, y: crop.y - (down * side) / height });
}

function clamp(value: number, margin: number): number {
  return Math.min(Math.max(value, margin), 1 - margin);
}
