import { Avatar } from "@/app/ui/avatar";
import { Section } from "@/app/ui/section";
import type { Principal } from "@/lib/auth/model/principal";
import { identityOf } from "@/lib/auth-provider/identity";
import { AvatarForm } from "./form";
import { outcomeOf } from "./outcome";

/** The picture of the signed-in person. `told` is the outcome of an upload without JavaScript. */
export async function AvatarSection({ principal, told }: { principal: Principal; told: string | undefined }) {
  const { id, name, avatar } = await identityOf(principal);
  return (
    <Section id="picture" title="Picture" text="Shown beside your name. Without one, your initials are shown.">
      <AvatarForm told={outcomeOf(told)} removable={principal.image !== null}>
        <span role="img" aria-label={avatar ? "Your picture" : "Your initials"}>
          <Avatar id={id} name={name} src={avatar} className="size-20 text-xl" />
        </span>
      </AvatarForm>
    </Section>
  );
}
