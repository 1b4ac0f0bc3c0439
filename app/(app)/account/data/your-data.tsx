import { Section } from "@/app/ui/section";
import { PERSON_FIELD } from "@/lib/web/form-state";
import { ConfirmFirst } from "../confirm-first";

type YourDataProps = {
  /** The id of the person whose page this is. */
  person: string;
  /** Seconds until it can be downloaded again. */
  wait: number;
  fresh: boolean;
};

/** All that is kept of the signed-in person, as a file. */
export function YourData(props: YourDataProps) {
  return (
    <Section
      id="your-data"
      title="Your data"
      text="Everything we keep about you, as a JSON file. Passwords and other secrets are left out."
    >
      <Download {...props} />
    </Section>
  );
}

function Download({ person, wait, fresh }: YourDataProps) {
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
        <input type="hidden" name={PERSON_FIELD} value={person} />
        <button type="submit" className="button">
          Download your data
        </button>
      </form>
    );
  return <ConfirmFirst purpose="To download it" to="/account/data#your-data" />;
}
