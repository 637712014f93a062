// The reply check while somebody writes: asks a moment after the last key, throws away answers that come late, and
// never makes the writing wait. What is sent the server checks once more; what is copied away nobody does, so whoever
// copies waits for `settled`.
import { computed, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from "vue";
import { money } from "@ui/money";
import type { Checked, Finding } from "@api/knowledge";
import { checkReply } from "./queries";

const AFTER_MS = 250;
const LONGEST = 5_000;

export interface CheckOf {
  shop: number;
  /** The buyer's last words; a refusal without a reason is measured against them. */
  buyer: string;
  /** What the talk is about: a bare no to what is out of stock is given what there is instead. */
  product?: number | null;
  sku?: number | null;
}

export function useCheck(text: MaybeRefOrGetter<string>, of: MaybeRefOrGetter<CheckOf | null>) {
  const last = shallowRef<{ text: string; checked: Checked } | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round = 0;

  watch([() => toValue(text), () => toValue(of)] as const, ([now, about], [, was]) => {
    clearTimeout(timer);
    const mine = ++round;
    // Another shop, another list of words: what was said there does not hold here.
    if (was?.shop !== about?.shop) last.value = null;
    if (!about || !now.trim() || now.length > LONGEST) {
      last.value = null;
      return;
    }
    timer = setTimeout(() => void ask(now, about, mine).catch(() => mine === round && (last.value = null)), AFTER_MS);
  }, { immediate: true });
  async function ask(now: string, about: CheckOf, mine: number): Promise<Checked> {
    const checked = await checkReply({ shop: about.shop, text: now, ...(about.buyer ? { buyer: about.buyer } : {}), ...(about.product ? { product: about.product } : {}), ...(about.sku ? { sku: about.sku } : {}) });
    if (mine === round) last.value = { text: now, checked };
    return checked;
  }
  onScopeDispose(() => {
    clearTimeout(timer);
    round++;
  });

  /** Those of the text as it stands; of an older text only what is still in its place. */
  const findings = computed<Finding[]>(() => {
    const held = last.value;
    const now = toValue(text);
    if (!held || !now.trim()) return [];
    return held.text === now ? held.checked.findings : held.checked.findings.filter((one) => now.slice(one.from, one.to) === held.text.slice(one.from, one.to) && one.to <= now.length);
  });
  /** What the check says of exactly this text; null while it has not said. */
  const verdict = computed(() => (last.value && last.value.text === toValue(text) ? last.value.checked.send : null));
  /** What the check says of the text as it stands, asked at once where it has not said; throws what it could not be asked for. */
  async function settled(): Promise<Checked["send"]> {
    const about = toValue(of);
    if (!about || verdict.value) return verdict.value ?? "free";
    clearTimeout(timer);
    return (await ask(toValue(text), about, ++round)).send;
  }
  return { findings, verdict, settled };
}
export type Check = ReturnType<typeof useCheck>;

/** What of a finding goes into its sentence. */
export function paramsOf(finding: Finding): Record<string, unknown> {
  const named: Record<string, unknown> = { word: "", ...finding.params };
  if (typeof named["fen"] === "number") named["money"] = money(named["fen"]);
  if (typeof named["most_fen"] === "number") named["most"] = money(named["most_fen"]);
  return named;
}
/** A text cut where findings lie, for drawing; where two lie on each other the graver wins. */
export function marked(text: string, findings: readonly Finding[]): { text: string; level: Finding["level"] | null }[] {
  const grave = { hint: 1, confirm: 2, block: 3 } as const;
  const cuts = [...new Set([0, text.length, ...findings.flatMap((one) => [Math.min(one.from, text.length), Math.min(one.to, text.length)])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, n) => {
    const to = cuts[n + 1]!;
    const over = findings.filter((one) => one.from <= from && one.to >= to).sort((a, b) => grave[b.level] - grave[a.level])[0];
    return { text: text.slice(from, to), level: over?.level ?? null };
  });
}
