// Where one goes on after handing talks on: to the next of one's own, ready to write, never to an empty pane.
import { nextTick } from "vue";
import { useRouter } from "vue-router";
import type { Conversation } from "@api/types";
import { desk } from "@shell/desk";
import { nextMine } from "./order";

/** `present`: the talk that is open; `write`: puts the cursor into its box. */
export function useOnward(present: () => number | null, write: () => void) {
  const router = useRouter();

  /** `gone`: as they were before. Whoever only moved a talk of others goes on looking at it. */
  return async function onward(gone: readonly Conversation[]): Promise<void> {
    const was = gone.find((one) => one.id === present());
    if (!was || (was.agent !== desk.person && was.state !== "queued") || desk.conversation(was.id)?.agent === desk.person) return;
    const next = nextMine(desk.conversations(), desk.person, was.id);
    await router.push({ name: "reception", params: next ? { id: next.id } : {} });
    if (!next) return;
    await nextTick();
    // On a phone the keyboard would cover what one is to read first.
    if (matchMedia("(min-width: 768px)").matches) write();
  };
}
