// Words made ready at the order desk for one talk: whoever opens it finds them in the box, reads, changes and sends them.
// When they were sent, that the buyer was told is written down; nothing is ever sent by itself.
import { desk } from "../desk";
import { setTold, type ToldOf } from "./queries";

interface Ready {
  text: string;
  of: ToldOf;
  /** It stands in the box. */
  taken: boolean;
}
const ready = new Map<number, Ready>();
/** By the client's id of a message on its way. */
const sending = new Map<string, ToldOf>();
let listening = false;

/** Makes words ready for a talk. */
export function makeReady(conversation: number, text: string, of: ToldOf): void {
  ready.set(conversation, { text, of, taken: false });
}
/** The words for this talk, once. */
export function takeReady(conversation: number): string | null {
  const held = ready.get(conversation);
  if (!held || held.taken) return null;
  held.taken = true;
  return held.text;
}
/** The box was emptied without sending: nobody was told. */
export function forgetReady(conversation: number): void {
  if (ready.get(conversation)?.taken) ready.delete(conversation);
}
/** A message of this talk is on its way; when the server has it, the buyer was told. */
export function sentReady(conversation: number, clientId: string): void {
  const held = ready.get(conversation);
  if (!held?.taken) return;
  ready.delete(conversation);
  sending.set(clientId, held.of);
  if (listening) return;
  listening = true;
  desk.onPush((push) => {
    if (push.on !== "message" || !push.message.client_id) return;
    const of = sending.get(push.message.client_id);
    if (!of) return;
    sending.delete(push.message.client_id);
    // Should this fail, the list still says that nobody told; it can be written down there.
    void setTold(of, true).catch(() => undefined);
  });
}
