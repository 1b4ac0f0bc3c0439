import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import sharp from "sharp";
import { db } from "@/lib/db";
import { picture } from "@/tests/support/avatar-pictures";
import { alert, menuButton, openForm, signIn, test } from "@/tests/support/pages";
import { verifiedUser } from "@/tests/support/people";

const WIDE = { name: "me.png", mimeType: "image/png", buffer: Buffer.alloc(0) };
const TEXT = { name: "me.png", mimeType: "image/png", buffer: Buffer.from("not a picture") };

const section = (page: Page) => page.getByRole("region", { name: "Picture" });
const field = (page: Page) => section(page).getByLabel("Choose a picture");
const dialog = (page: Page) => page.getByRole("dialog", { name: "Crop your picture" });
const inHeader = (page: Page) => menuButton(page).locator("img");

/** Of what the header shows: how much of it is red, which is the left half of the picture. */
async function redShare(page: Page): Promise<number> {
  const src = (await inHeader(page).getAttribute("src")) ?? "";
  const { data } = await sharp(await (await page.request.get(src)).body())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  let red = 0;
  for (let at = 0; at < data.length; at += 3) if ((data[at] ?? 0) > (data[at + 2] ?? 0)) red += 1;
  return red / (data.length / 3);
}

/** Gives the page a file as a person's clipboard or mouse would. */
async function give(page: Page, event: "paste" | "drop", bytes: Buffer): Promise<void> {
  await page.evaluate(
    ([type, base64]) => {
      const transfer = new DataTransfer();
      const binary = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      transfer.items.add(new File([binary], "me.png", { type: "image/png" }));
      const options = { bubbles: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
      document.body.dispatchEvent(type === "paste" ? new ClipboardEvent(type, options) : new DragEvent(type, options));
    },
    [event, bytes.toString("base64")] as const,
  );
}

test.beforeAll(async () => {
  WIDE.buffer = await picture(600, 400);
});

test("a picture is chosen, cropped by keyboard, and in the header at once", { tag: "@phone" }, async ({ page }) => {
  await signIn(page, await verifiedUser({ name: "Alice Carroll" }));
  await page.goto("/account");
  await expect(menuButton(page)).toContainText("AC");
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));

  await openForm(section(page));
  await field(page).setInputFiles(TEXT);
  await expect(alert(page)).toContainText("cannot read that as a picture");
  await field(page).setInputFiles(WIDE);
  await expect(dialog(page)).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await expect(field(page)).toBeFocused();
  expect(await inHeader(page).count()).toBe(0);

  await field(page).setInputFiles(WIDE);
  await dialog(page).getByLabel("Your picture").focus();
  for (let times = 0; times < 20; times++) await page.keyboard.press("ArrowRight");
  await dialog(page).getByRole("button", { name: "Save picture" }).click();
  await expect(section(page).getByRole("status")).toHaveText("Your picture has been changed.");
  expect(await inHeader(page).count(), "with the message, not after it").toBe(1);
  await expect(section(page).getByRole("button", { name: "Edit" })).toBeFocused();
  expect(await redShare(page), "the left of the picture, as far as it goes").toBeGreaterThan(0.7);
  const first = await inHeader(page).getAttribute("src");

  await openForm(section(page));
  await give(page, "drop", WIDE.buffer);
  await dialog(page).getByRole("button", { name: "Save picture" }).click();
  await expect(inHeader(page)).not.toHaveAttribute("src", first ?? "");
  expect(Math.abs((await redShare(page)) - 0.5), "the middle").toBeLessThan(0.05);
  expect((await page.request.get(first ?? "")).status()).toBe(404);

  await openForm(section(page));
  await give(page, "paste", WIDE.buffer);
  await dialog(page).getByRole("button", { name: "Cancel" }).click();
  await section(page).getByRole("button", { name: "Remove picture" }).click();
  await expect(section(page).getByRole("status")).toHaveText("Your picture has been removed.");
  await expect(inHeader(page)).toHaveCount(0);
  await expect(menuButton(page)).toContainText("AC");
  expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
});

test("what is refused stays to be sent again", async ({ page }) => {
  await signIn(page, await verifiedUser({ name: "Alice" }));
  await page.goto("/account?edit=picture");
  await field(page).setInputFiles(WIDE);
  const refusal = { error: "too_many_attempts", message: "Too many attempts." };
  await page.route("/avatar/upload", (route) => route.fulfill({ status: 429, json: refusal }));
  await dialog(page).getByRole("button", { name: "Save picture" }).click();
  await expect(dialog(page).getByRole("alert")).toContainText("Too many attempts.");
  await page.unroute("/avatar/upload");
  await dialog(page).getByRole("button", { name: "Save picture" }).click();
  await expect(inHeader(page)).toHaveCount(1);
});

test("without JavaScript a plain form takes a picture, says what is none, and removes it", {
  tag: "@no-js-only",
}, async ({ page }) => {
  const user = await verifiedUser({ name: "Alice" });
  await signIn(page, user);
  await page.goto("/account");
  await openForm(section(page));
  await field(page).setInputFiles(TEXT);
  await section(page).getByRole("button", { name: "Upload picture" }).click();
  await expect(section(page).getByRole("alert")).toContainText("We cannot read that file as a picture.");
  await field(page).setInputFiles(WIDE);
  await section(page).getByRole("button", { name: "Upload picture" }).click();
  await expect(section(page).getByRole("status")).toHaveText("Your picture has been changed.");
  expect(Math.abs((await redShare(page)) - 0.5)).toBeLessThan(0.05);
  await openForm(section(page));
  await section(page).getByRole("button", { name: "Remove picture" }).click();
  await expect(section(page).getByRole("status")).toHaveText("Your picture has been removed.");
  await expect(inHeader(page)).toHaveCount(0);
  expect(await db.avatar.count({ where: { userId: user.id } })).toBe(0);
});

test("initials can be read in each of their colours", async ({ page }) => {
  await signIn(page, await verifiedUser({ name: "Alice" }));
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto("/account");
    const contrasts = await page.evaluate(() => {
      const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const luminance = (colour: string) => {
        if (!context) return 0;
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((part) =>
          part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const initials = document.querySelector<HTMLElement>("header .initials");
      return Array.from({ length: 36 }, (_, index) => {
        initials?.style.setProperty("--hue", String(index * 10));
        const { color, backgroundColor } = getComputedStyle(initials ?? document.body);
        const [dark = 0, light = 0] = [luminance(color), luminance(backgroundColor)].sort((one, other) => one - other);
        return (light + 0.05) / (dark + 0.05);
      });
    });
    expect(Math.min(...contrasts), colorScheme).toBeGreaterThan(4.5);
  }
});
