import { inBackground } from "@/lib/background";
import { singleton } from "@/lib/singleton";

/** Loads the templates as they are now. */
export type LoadTemplates = () => Promise<typeof import("./templates")>;

export type Sender = {
  /**
   * There may be mail, to be drawn with these templates if they are given. Resolves when all that is due has been tried
   * once, or the sender has been stopped.
   */
  wake(load?: LoadTemplates): Promise<void>;
  /** Takes no more mail. Resolves when what is being handed over has been. */
  stop(): Promise<void>;
};

/** The process's one sender, once it has been started. Here and not beside it: code that writes mail must not load templates. */
const ours = singleton<{ sender?: Sender }>("mail-sender", () => ({}));

/** Starts the process's sender, unless it has one. */
export function startOnce(create: () => Sender): void {
  ours.sender ??= create();
}

/** Tells the sender that there is mail. Without one in this process, another process finds the rows. */
export function wakeSender(load?: LoadTemplates): void {
  const { sender } = ours;
  if (sender) inBackground("mail", () => sender.wake(load));
}

/** Stops the process's sender. What is left, the next start sends. */
export async function stopSending(): Promise<void> {
  await ours.sender?.stop();
}
