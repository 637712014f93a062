import { expect, test } from "vitest";
import type { CampaignDraft } from "@api/goods";
import { campaignDraft, emptyStep, faultIn, mostSteps, refitted } from "./campaign";

const draft = (more: Partial<CampaignDraft>): CampaignDraft => ({ ...campaignDraft(null, 1_000), title: "满减", ...more });
const step = (threshold_fen: number, off_fen: number) => ({ ...emptyStep("full_reduction"), threshold_fen, off_fen });

test("thresholds_and_reductions_must_rise_and_stay_below_each_other", () => {
  expect(faultIn(draft({ steps: [step(29_900, 4_000), step(59_900, 10_000)] }))).toBeNull();
  expect(faultIn(draft({ steps: [step(29_900, 4_000), step(29_900, 10_000)] }))).toBe("order");
  expect(faultIn(draft({ steps: [step(29_900, 4_000), step(59_900, 4_000)] }))).toBe("off");
  expect(faultIn(draft({ steps: [step(1_000, 1_000)] }))).toBe("off");
  expect(faultIn(draft({ steps: [] }))).toBe("steps");
});

test("a_coupon_needs_its_code_a_gift_its_name_and_an_end_its_beginning", () => {
  expect(faultIn(draft({ kind: "coupon", steps: refitted([], "coupon", false) }))).toBe("coupon");
  expect(faultIn(draft({ kind: "gift", steps: refitted([], "gift", false) }))).toBe("gift");
  expect(faultIn(draft({ ends_at: 500 }))).toBe("dates");
  expect(faultIn(draft({ title: " " }))).toBe("title");
});

test("another_kind_keeps_what_it_takes_and_drops_the_rest", () => {
  const steps = [step(29_900, 4_000), step(59_900, 10_000)];
  expect(refitted(steps, "gift", false)).toEqual([{ threshold_fen: 29_900, off_fen: null, gift: "", price_fen: null }, { threshold_fen: 59_900, off_fen: null, gift: "", price_fen: null }]);
  expect(refitted(steps, "fixed_price", false)).toEqual([{ threshold_fen: 0, off_fen: null, gift: null, price_fen: 0 }]);
  expect(refitted(steps, "full_reduction", true)).toHaveLength(1);
  expect(mostSteps("free_freight", false)).toBe(1);
});
