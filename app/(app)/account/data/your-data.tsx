import { Section } from "@/app/ui/section";
import { ConfirmFirst } from "../confirm-first";

type YourDataProps = {
  /** Seconds until it can be downloaded again. */
  wait: number;
  fresh: boolean;
};

/** All that is kept of the signed-in person, as a file. */
export function YourData({ wait, fresh }: YourDataProps) {
  return (
    <Section
      id="your-data"
      title="Your data"
      text="Everything we keep about you, as a JSON file. Passwords and other secrets are left out."
    >
      <Download wait={wait} fresh={fresh} />
    </Section>
  );
}

function Download({ wait, fresh }: YourDataProps) {
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
  return <ConfirmFirst purpose="To download it" to="/account/data#your-data" />;
}
