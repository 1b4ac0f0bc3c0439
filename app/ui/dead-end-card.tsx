import { AuthCard, AuthFrame } from "./auth-card";

export default function DeadEndCard({ title, lead }: { title: string; lead: string }) {
  return (
    <AuthFrame>
      <AuthCard title={title} lead={lead}>
        <a className="button button-primary" href="/">
          Go to home page
        </a>
      </AuthCard>
    </AuthFrame>
  );
}
