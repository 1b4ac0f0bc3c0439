import { Avatar } from "@/app/ui/avatar";
import { Section } from "@/app/ui/section";
import type { Identity } from "@/lib/auth-provider/identity";
import { AvatarForm } from "./form";
import { outcomeOf } from "./outcome";

type AvatarSectionProps = {
  person: Pick<Identity, "id" | "name" | "avatar">;
  /** Whether there is a picture of their own to remove. */
  removable: boolean;
  told: string | undefined;
};

/** The picture of the signed-in person. `told` is the outcome of an upload without JavaScript. */
export function AvatarSection({ person, removable, told }: AvatarSectionProps) {
  const { id, name, avatar } = person;
  return (
    <Section id="picture" title="Picture" text="Shown beside your name. Without one, your initials are shown.">
      <AvatarForm told={outcomeOf(told)} removable={removable}>
        <span role="img" aria-label={avatar ? "Your picture" : "Your initials"}>
          <Avatar id={id} name={name} src={avatar} className="size-20 text-xl" />
        </span>
      </AvatarForm>
    </Section>
  );
}
