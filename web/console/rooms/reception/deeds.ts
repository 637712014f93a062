// Deeds on conversations with their words: runs the verb, says what was done, offers to undo it, words a refusal.
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";
import { asProblem } from "@api/problem";
import type { Conversation, Stage } from "@api/types";
import type { MenuItem } from "@ui/ContextMenu.vue";
import { toast } from "@ui/toast";
import { desk } from "@shell/desk";
import { useHands } from "@shell/hands";
import { useSession } from "@shell/session";
import { act } from "./queries";

const STAGES: readonly Stage[] = ["pre", "in", "after"];

export type Wish = "transfer" | "close" | "release" | "remind" | "record" | "block" | "unblock" | "whisper" | "order";

export function useDeeds(wish: (what: Wish, conversation: Conversation) => void) {
  const { t } = useI18n();
  const router = useRouter();
  const session = useSession();
  const hands = useHands();

  async function run(deed: Promise<unknown>, done?: string, undo?: () => Promise<unknown>): Promise<boolean> {
    try {
      await deed;
      if (done) toast(done, undo ? { action: { label: t("shell.undo"), run: () => void run(undo()) } } : {});
      return true;
    } catch (error) {
      const { code, params } = asProblem(error);
      const there = code === "went_on" ? { action: { label: t("reception.act.goThere"), run: () => void router.push({ name: "reception", params: { id: Number(params["conversation"]) } }) } } : {};
      toast(hands.say(error), { tone: "late", seconds: 5, ...there });
      return false;
    }
  }

  const mine = (c: Conversation): boolean => c.agent === desk.person;
  /** Whether this person may hand it on or end it. */
  const may = (c: Conversation): boolean => c.state !== "closed" && (mine(c) || session.can("reception.supervise"));
  const deeds: Record<string, (c: Conversation) => void> = {
    open: (c) => void router.push({ name: "reception", params: { id: c.id } }),
    claim: (c) => void run(act.claim(c.id), t("reception.done.claimed"), () => act.release(c.id, t("reception.act.mistaken"))).then((ok) => ok && deeds["open"]?.(c)),
    takeOver: (c) => void run(act.takeOver(c.id), t("reception.done.taken")).then((ok) => ok && deeds["open"]?.(c)),
    reopen: (c) => void run(act.reopen(c.id), t("reception.done.reopened")),
    complaint: (c) => void run(act.complaint(c.id, !c.complaint), t(c.complaint ? "reception.done.uncomplaint" : "reception.done.complaint"), () => act.complaint(c.id, c.complaint)),
    risk: (c) => void run(act.risk(c.id, c.risk ? null : "threat"), t(c.risk ? "reception.done.unrisk" : "reception.done.risk"), () => act.risk(c.id, c.risk)),
    invite: (c) => void run(act.invite(c.id), t("reception.done.invited")),
    stepOn: (c) => void run(act.step(c.id, c.step + 1)),
    stepBack: (c) => c.step > 0 && void run(act.step(c.id, c.step - 1)),
    greedy: (c) => void run(act.bargain(c.id, c.bargain === "greedy" ? null : "greedy")),
    comfort: (c) => void run(act.bargain(c.id, c.bargain === "comfort" ? null : "comfort")),
    copyLink: (c) => {
      const link = `${location.origin}${router.resolve({ name: "reception", params: { id: c.id } }).href}`;
      navigator.clipboard?.writeText(link).then(() => toast(t("reception.done.copied")), () => undefined);
    },
  };
  for (const one of STAGES) deeds[`stage:${one}`] = (c) => c.stage !== one && stage(c, one);
  for (const what of ["transfer", "close", "release", "remind", "record", "block", "unblock", "whisper", "order"] as const) deeds[what] = (c) => wish(what, c);

  function stage(c: Conversation, next: Stage): void {
    void run(act.stage(c.id, next), t("reception.done.stage", { stage: t(`reception.stage.${next}`) }), () => act.stage(c.id, c.stage));
  }

  /**
   * What can be done with a conversation now, for the card's menu (`.`, `short`) and the header's. With `steps`, how many
   * its template has, also stage and step: the header of a phone has no room for them.
   */
  function menu(c: Conversation, short = false, steps: number | null = null): MenuItem[] {
    const marked = (on: boolean, of: string, what: string): string => `${on ? "✓ " : ""}${t(of)}：${t(what)}`;
    const full = hands.full.value && { off: true, why: hands.why.value, hint: t("shell.hands.short") };
    const list: (MenuItem | false)[] = [
      c.state === "queued" && { key: "claim", label: t("reception.act.claim"), ...full },
      c.state === "open" && !mine(c) && session.can("reception.supervise") && { key: "takeOver", label: t("reception.act.takeOver") },
      c.state === "open" && !mine(c) && session.can("reception.supervise") && { key: "whisper", label: t("reception.act.whisper") },
      may(c) && short && { key: "transfer", label: t("reception.act.transfer"), hint: "Alt+T" },
      c.state === "open" && mine(c) && { key: "release", label: t("reception.act.release") },
      c.state === "closed" && c.channel !== "log" && { key: "reopen", label: t("reception.act.reopen"), ...full },
      mine(c) && { key: "order", label: t("reception.act.order"), line: true },
      { key: "record", label: t("reception.act.record") },
      { key: "remind", label: t("reception.act.remind") },
      mine(c) && { key: "invite", label: t("reception.act.invite") },
      ...(steps !== null && may(c) ? STAGES.map((one, n) => ({ key: `stage:${one}`, label: marked(c.stage === one, "reception.stage.label", `reception.stage.${one}`), line: n === 0 })) : []),
      steps !== null && may(c) && c.step < steps && { key: "stepOn", label: t("reception.keys.step") },
      steps !== null && may(c) && c.step > 0 && { key: "stepBack", label: t("reception.keys.stepBack") },
      { key: "complaint", label: t(c.complaint ? "reception.act.uncomplaint" : "reception.act.complaint"), line: true },
      { key: "risk", label: t(c.risk ? "reception.act.unrisk" : "reception.act.risk") },
      ...(["greedy", "comfort"] as const).map((one) => ({ key: one, label: marked(c.bargain === one, "reception.bargain.label", `reception.bargain.${one}`) })),
      { key: "copyLink", label: t("reception.act.copyLink"), line: true },
      session.can("customers.block") && (c.customer.blocked ? { key: "unblock", label: t("reception.act.unblock") } : { key: "block", label: t("reception.act.block"), danger: true }),
      may(c) && short && { key: "close", label: t("reception.act.close"), hint: "Alt+W", line: true },
    ];
    return list.filter((item): item is MenuItem => Boolean(item));
  }
  function choose(key: string, c: Conversation): void {
    deeds[key]?.(c);
  }
  return { run, menu, choose, stage, may };
}
export type Deeds = ReturnType<typeof useDeeds>;
