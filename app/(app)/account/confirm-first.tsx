/** Where a section asks for a fresh proof, for `purpose` as in "to download it". It leads back to the section, which is at `to`. */
export function ConfirmFirst({ purpose, to }: { purpose: string; to: string }) {
  return (
    <div className="grid justify-items-start gap-3">
      <p className="text-sm text-muted">{purpose}, first confirm that it is you.</p>
      <a className="button" href={`/reauthenticate?${new URLSearchParams({ to })}`}>
        Confirm that it is you
      </a>
    </div>
  );
}
