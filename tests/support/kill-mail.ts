/** Until mail is rows there are none. */
export async function outboxRows(): Promise<{ to: string; template: string; decoy: boolean }[]> {
  return [];
}
