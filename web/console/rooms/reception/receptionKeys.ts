// The keys of reception. Alt keys work while one writes; the bare ones only when one does not.
import type { ComputedRef } from "vue";
import { useRouter } from "vue-router";
import type { Conversation } from "@api/types";
import { desk } from "@shell/desk";
import { useKeys } from "@shell/keys";
import { useSession } from "@shell/session";
import { serverNow } from "@ui/time";
import type { Deeds } from "./deeds";
import type { Tab } from "./order";
import { act } from "./queries";

export interface KeyTargets {
  current: ComputedRef<Conversation | null>;
  deeds: Deeds;
  move: (by: number) => void;
  next: () => void;
  claimNext: () => void;
  tab: (tab: Tab) => void;
  focus: (mode: "reply" | "note") => void;
  attach: () => void;
  panel: () => void;
  menu: () => void;
}

export function useReceptionKeys(on: KeyTargets): void {
  const router = useRouter();
  const session = useSession();
  const has = (): boolean => on.current.value !== null;
  const live = (): boolean => on.current.value !== null && on.deeds.may(on.current.value);
  const choose = (key: string): void => {
    if (on.current.value) on.deeds.choose(key, on.current.value);
  };
  function undoLast(): void {
    const c = on.current.value;
    const last = c && desk.thread(c.id)?.run.findLast((m) => m.person === desk.person && m.from === "agent" && m.state === "sent");
    if (c && last && serverNow() - last.at < 5_000) void on.deeds.run(act.undo(c.id, last.seq));
  }
  const enter = session.me?.person.send_key === "ctrl_enter" ? "mod+Enter" : "Enter";

  useKeys("reception.keys.group", [
    { keys: "alt+j", title: "reception.keys.next", run: on.next },
    { keys: "alt+ArrowDown j", title: "reception.keys.down", run: () => on.move(1) },
    { keys: "alt+ArrowUp k", title: "reception.keys.up", run: () => on.move(-1) },
    { keys: "alt+shift+1", title: "reception.keys.mine", run: () => on.tab("mine") },
    { keys: "alt+shift+2", title: "reception.keys.queue", run: () => on.tab("queue") },
    { keys: "alt+shift+3", title: "reception.keys.all", run: () => on.tab("all") },
    { keys: "alt+q", title: "reception.keys.claim", run: on.claimNext },
    { keys: "alt+r r", title: "reception.keys.reply", run: () => on.focus("reply"), when: has },
    { keys: "alt+n n", title: "reception.keys.note", run: () => on.focus("note"), when: has },
    { keys: enter, title: "reception.keys.send", run: () => undefined, listed: true },
    { keys: "mod+shift+Enter", title: "reception.keys.sendClose", run: () => undefined, listed: true },
    { keys: "/", title: "reception.keys.quick", run: () => undefined, listed: true },
    { keys: "@", title: "reception.keys.mention", run: () => undefined, listed: true },
    { keys: "alt+z", title: "reception.keys.undo", run: undoLast, when: has },
    { keys: "alt+a", title: "reception.keys.attach", run: on.attach, when: has },
    { keys: "alt+t", title: "reception.keys.transfer", run: () => choose("transfer"), when: live },
    { keys: "alt+w", title: "reception.keys.close", run: () => choose("close"), when: live },
    { keys: "alt+s", title: "reception.keys.step", run: () => choose("stepOn"), when: live },
    { keys: "alt+shift+s", title: "reception.keys.stepBack", run: () => choose("stepBack"), when: live },
    { keys: "alt+m", title: "reception.keys.remind", run: () => choose("remind"), when: has },
    { keys: "alt+p", title: "reception.keys.panel", run: on.panel, when: has },
    { keys: ".", title: "reception.keys.menu", run: on.menu, when: has },
    { keys: "mod+shift+f", title: "reception.keys.search", run: () => void router.push({ name: "search" }) },
  ]);
}
