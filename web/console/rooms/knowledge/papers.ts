// A certificate, a batch, the warranty of a part while they are edited: what may be written of each, and no more; and
// the shop that sells a product. Pure.
import type { Batch, BatchDraft, Certificate, CertificateDraft, Warranty, WarrantyDraft } from "@api/goods";

export function certificateDraft(one: Certificate | null): CertificateDraft {
  if (!one) return { kind: "quality", number: "", issuer: "", file: null, expires_at: null, note: "" };
  const { kind, number, issuer, file, expires_at, note } = one;
  return { kind, number, issuer, file, expires_at, note };
}
export function warrantyDraft(one: Warranty | null): WarrantyDraft {
  if (!one) return { part: "", months: 12, scope: "", chargeable: "", prices: [] };
  const { part, months, scope, chargeable, prices } = one;
  return { part, months, scope, chargeable, prices: prices.map((price) => ({ ...price })) };
}
/** A new batch was made on `today`. */
export function batchDraft(one: Batch | null, today: number): BatchDraft {
  if (!one) return { code: "", made_at: today, expires_at: null, sku: null, note: "" };
  const { code, made_at, expires_at, sku, note } = one;
  return { code, made_at, expires_at, sku, note };
}
/**
 * The shop in which a product is looked at, and which its papers' files belong to: the chosen one if it sells the
 * product, else the first of one's own that does; null where none does. `sold` null: all shops sell it.
 */
export function sellingShop(sold: readonly number[] | null, mine: readonly number[], chosen: number | null): number | null {
  const fits = (shop: number): boolean => sold === null || sold.includes(shop);
  if (chosen !== null && fits(chosen)) return chosen;
  return mine.find(fits) ?? null;
}
