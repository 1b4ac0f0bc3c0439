import { expect, type Page } from "@playwright/test";
import { db } from "@/lib/db";
import {
  heading,
  newAddress,
  openForm,
  sessionCookie,
  signIn,
  submitRegistration,
  test,
  tokenLink,
} from "@/tests/support/pages";
import { other, PASSWORD, verifiedUser } from "@/tests/support/people";

async function tabTo(page: Page, label: string): Promise<void> {
  for (let presses = 0; presses < 15; presses++) {
    await page.keyboard.press("Tab");
    if (await page.getByLabel(label, { exact: true }).evaluate((input) => input === document.activeElement)) return;
  }
  throw new Error(`The Tab key does not lead to ${label}`);
}

test("signing in needs no mouse", async ({ page }) => {
  const user = await verifiedUser();
  await page.goto("/login");
  await tabTo(page, "Email");
  await page.keyboard.type(user.email);
  await tabTo(page, "Password");
  await page.keyboard.type(PASSWORD);
  await tabTo(page, "Remember me");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/dashboard");
  expect((await sessionCookie(page))?.expires).toBeGreaterThan(0);
});

test("nor does registering", async ({ page, resend }) => {
  const email = newAddress();
  await page.goto("/register");
  await tabTo(page, "Name");
  await page.keyboard.type("Alice");
  await tabTo(page, "Email");
  await page.keyboard.type(email);
  await tabTo(page, "Password");
  await page.keyboard.type(PASSWORD.slice(0, 6));
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription("2 more characters.");
  // A word that attackers try first, and then something better.
  for (const [typed, said] of [
    ["password1234", /attackers try first|too easy to guess/],
    [PASSWORD, "Strong password."],
  ] as const) {
    await page.keyboard.press("ControlOrMeta+a");
    const judged = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.keyboard.type(typed);
    expect((await (await judged).allHeaders())["cache-control"]).toContain("no-store");
    await expect(page.getByLabel("Password")).toHaveAccessibleDescription(said);
  }
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Code")).toBeFocused();
  const { code = "" } = await resend.waitForMail(email);
  // The slot of the next digit is marked. The sixth digit sends it, and a wrong code is typed over.
  const slots = page.locator(".code-slots > *");
  await expect(slots.nth(0)).toHaveAttribute("data-next", "true");
  await page.keyboard.type("00");
  await expect(slots.nth(2)).toHaveAttribute("data-next", "true");
  await page.keyboard.type(code === "000000" ? "0001" : "0000");
  await expect(page.getByLabel("Code")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Code")).toBeFocused();
  await expect(slots.nth(0)).toHaveAttribute("data-next", "true");
  await page.keyboard.type(code ?? "");
  await expect(page).toHaveURL("/dashboard");
});

test("the next digit's slot is marked behind a code that a password manager filled in", async ({ page }) => {
  await page.goto("/register");
  await submitRegistration(page, newAddress());
  const slots = page.locator(".code-slots > *");
  await expect(slots.nth(0)).toHaveAttribute("data-next", "true");
  await page.getByLabel("Code").fill("1234");
  await expect(slots.nth(4)).toHaveAttribute("data-next", "true");
});

test("password managers find what they look for, and nothing cuts or blocks what is pasted", async ({ page }) => {
  const expected: Record<string, [label: string, autocomplete: string][]> = {
    "/login": [
      ["Email", "username webauthn"],
      ["Password", "current-password"],
    ],
    "/register": [
      ["Name", "name"],
      ["Email", "username"],
      ["Password", "new-password"],
    ],
    "/forgot-password": [["Email", "email"]],
  };
  for (const [path, fields] of Object.entries(expected)) {
    await page.goto(path);
    for (const [label, autocomplete] of fields) {
      const input = page.getByLabel(label, { exact: true });
      await expect(input).toHaveAttribute("autocomplete", autocomplete);
      await expect(input).not.toHaveAttribute("maxlength", /./);
      if (label === "Password") await expect(input).toHaveAttribute("type", "password");
    }
  }
  const user = await verifiedUser();
  await signIn(page, user);
  await page.goto("/account/security");
  const section = page.getByRole("region", { name: "Password" });
  await openForm(section);
  await expect(section.locator("[autocomplete=username]")).toHaveValue(user.email);
  for (const [label, autocomplete] of [
    ["Current password", "current-password"],
    ["New password", "new-password"],
    ["Confirm password", "new-password"],
  ] as const)
    await expect(section.getByLabel(label)).toHaveAttribute("autocomplete", autocomplete);
  await section.getByLabel("New password").evaluate((input) => {
    const data = new DataTransfer();
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    if (!input.dispatchEvent(event)) throw new Error("Pasting is prevented");
  });
});

test("the eye shows the password and hides it again, and a click on it sends nothing", async ({ page }) => {
  await page.goto("/login");
  await page.getByLabel("Password").fill(PASSWORD);
  const eye = page.getByRole("button", { name: "Show" });
  await eye.click();
  await expect(page.getByLabel("Password")).toHaveAttribute("type", "text");
  await expect(eye).toHaveAttribute("aria-pressed", "true");
  await eye.click();
  await expect(page.getByLabel("Password")).toHaveAttribute("type", "password");
  await expect(page.getByLabel("Password")).toHaveValue(PASSWORD);
});

test("a double click on any button has one effect", async ({ page, resend, forgetMails }) => {
  const email = newAddress();
  await page.goto("/register");
  await page.getByLabel("Name").fill("Alice");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).dblclick();
  await expect(page).toHaveURL("/verify-email");
  const { code } = await resend.waitForMail(email);
  await page.getByLabel("Code").fill(code ?? "");
  await page.getByRole("button", { name: "Confirm", exact: true }).dblclick();
  await expect(page).toHaveURL("/dashboard");
  const user = await db.user.findUniqueOrThrow({ where: { email } });
  expect(await resend.mails(email)).toHaveLength(1);

  await page.goto("/account/security");
  const password = page.getByRole("region", { name: "Password" });
  await openForm(password);
  await password.getByLabel("Current password").fill(PASSWORD);
  await password.getByLabel("New password").fill(other());
  await password.getByLabel("Confirm password").fill(other());
  await password.getByRole("button", { name: "Change password" }).dblclick();
  await expect(password.getByRole("status")).toContainText("Your password has been changed");
  await page.context().clearCookies();
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(other());
  await page.getByRole("button", { name: "Sign in" }).dblclick();
  await expect(page).toHaveURL("/dashboard");
  expect(await db.session.count({ where: { userId: user.id } }), "one before, one now").toBe(2);

  await page.context().clearCookies();
  await forgetMails({ budget: "recovery", email });
  await page.goto("/forgot-password");
  await page.getByLabel("Email").fill(email);
  const asked = Date.now();
  await page.getByRole("button", { name: "Send reset link" }).dblclick();
  await page.goto(tokenLink(await resend.waitForMail(email, { subject: "Reset your password", after: asked })));
  await page.getByLabel("New password").fill(other(1));
  await page.getByLabel("Confirm password").fill(other(1));
  await page.getByRole("button", { name: "Set new password" }).dblclick();
  await expect(page).toHaveURL(/\/login\?message=reset/);
});

test("a form sent again after Back is answered sensibly", async ({ page, resend }) => {
  const email = newAddress();
  await page.goto("/register");
  await submitRegistration(page, email);
  await expect(page).toHaveURL("/verify-email");
  const { code } = await resend.waitForMail(email);
  await page.getByLabel("Code").fill(code ?? "");
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page).toHaveURL("/dashboard");
  await page.goBack();
  await expect(page.locator("body")).toContainText(/nothing to confirm|Hello/);
  await page.goto("/register");
  await expect(heading(page, /Hello/), "who is signed in has nothing to register").toBeVisible();
});

test("offline, nothing that was typed is lost, and the form says what is the matter", async ({ page, complaints }) => {
  const user = await verifiedUser();
  await page.goto("/login");
  // Until a page is hydrated, the browser posts the form by itself.
  await expect(page.getByRole("button", { name: "Show" })).toBeVisible();
  await page.context().setOffline(true);
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("We could not reach the server")).toBeVisible();
  await expect(page.getByLabel("Password")).toHaveValue(PASSWORD);
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/dashboard");
  complaints.length = 0;
});
