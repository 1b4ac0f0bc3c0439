import { Section } from "@/app/ui/section";
import { exportWaitSeconds } from "@/lib/auth/export-data";
import type { Principal } from "@/lib/auth/model/principal";
import { ConfirmFirst } from "../confirm-first";

/** All that is kept of the signed-in person, as a file. */
export async function YourData({ principal, fresh }: { principal: Principal; fresh: boolean }) {
  return (
    <Section
      id="your-data"
      title="Your data"
      text="Everything we keep about you, as a JSON file. Passwords and other secrets are left out."
    >
      <Download wait={await exportWaitSeconds(principal)} fresh={fresh} />
    </Section>
  );
}

function Download({ wait, fresh }: { wait: number; fresh: boolean }) {
  if (wait > 0) {
    const minutes = Math.ceil(wait / 60);
    return (
      <p className="text-muted">
        You have downloaded it several times recently. Try again in {minutes} {minutes === 1 ? "minute" : "minutes"}.
      </p>
    );
  }
  if (fresh)
    return (
      <form method="post" action="/your-data">
        <button type="submit" className="button">
          Download your data
        </button>
      </form>
    );
  return <ConfirmFirst purpose="To download it" section="your-data" />;
}
