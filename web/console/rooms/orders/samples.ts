// The first things of a file, put into the cells of a small table: what each is read as, so that a column that is taken
// for another shows before anything is written.
import { useI18n } from "vue-i18n";
import type { ImportSample } from "@api/orders";
import { figure, money } from "@ui/money";
import { exact } from "@ui/time";
import { useSession } from "@shell/session";

export interface SampleColumn {
  key: string;
  /** Figures stand to the right. */
  n?: true;
  cells: string[];
}
type Of<K extends ImportSample["of"]> = Extract<ImportSample, { of: K }>;
type Reader<S> = { key: string; n?: true; rare?: true; read: (one: S) => string | null };

export function useSamples(): { tables: (samples: readonly ImportSample[]) => SampleColumn[][] } {
  const { t } = useI18n();
  const session = useSession();
  const fen = (amount: number | null): string | null => (amount === null ? null : money(amount));
  const at = (moment: number | null): string | null => (moment === null ? null : exact(moment));
  const stands = (one: Of<"order">): string =>
    (["order", "pay", "ship", "after"] as const).flatMap((part) => (one[`${part}_status`] && one[`${part}_status`] !== "none" ? [t(`shell.order.stands.${part}.${one[`${part}_status`]}`)] : [])).join("、");
  const order: Reader<Of<"order">>[] = [
    { key: "number", read: (one) => one.number },
    { key: "shop", rare: true, read: (one) => session.shopName(one.shop) },
    { key: "buyer", read: (one) => one.buyer },
    { key: "placed", read: (one) => at(one.placed_at) },
    { key: "words", read: (one) => one.words },
    { key: "stands", read: stands },
    { key: "goods", read: (one) => one.lines.map((line) => [line.title, line.spec, line.code, `${figure(line.quantity)} × ${money(line.price_fen)}`].filter(Boolean).join(" ")).join("；") },
    { key: "total", n: true, read: (one) => fen(one.total_fen) },
    { key: "paid", n: true, read: (one) => fen(one.paid_fen) },
    { key: "refund", n: true, rare: true, read: (one) => fen(one.refund_fen) },
  ];
  const sku: Reader<Of<"sku">>[] = [
    { key: "code", read: (one) => one.code },
    { key: "title", read: (one) => one.title },
    { key: "spec", read: (one) => one.spec },
    { key: "price", n: true, read: (one) => fen(one.price_fen) },
    { key: "stock", n: true, read: (one) => (one.on_hand === null ? null : figure(one.on_hand)) },
  ];
  const customer: Reader<Of<"customer">>[] = [
    { key: "buyer", read: (one) => one.buyer },
    { key: "level", n: true, read: (one) => (one.level === null ? null : String(one.level)) },
    { key: "vip", read: (one) => (one.vip === null ? null : t(`orders.samples.${one.vip ? "yes" : "no"}`)) },
    { key: "phone", read: (one) => one.phone },
  ];
  const review: Reader<Of<"review">>[] = [
    { key: "number", read: (one) => one.number },
    { key: "stars", n: true, read: (one) => (one.stars === null ? null : String(one.stars)) },
    { key: "said", read: (one) => (one.characters ? t("orders.samples.characters", { n: figure(one.characters) }) : null) },
    { key: "at", read: (one) => at(one.at) },
  ];
  function table<S>(readers: readonly Reader<S>[], rows: readonly S[], rare: (key: string) => boolean): SampleColumn[] {
    if (!rows.length) return [];
    const columns = readers.map(({ key, n, rare: seldom, read }) => ({ key, n, seldom, cells: rows.map((one) => read(one) || "—") }));
    return columns.filter((column) => !column.seldom || rare(column.key)).map(({ key, n, cells }) => (n ? { key, n, cells } : { key, cells }));
  }
  function tables(samples: readonly ImportSample[]): SampleColumn[][] {
    const of = <K extends ImportSample["of"]>(kind: K) => samples.filter((one): one is Of<K> => one.of === kind);
    const orders = of("order");
    const rare = (key: string): boolean => (key === "shop" ? new Set(orders.map((one) => one.shop)).size > 1 : orders.some((one) => one.refund_fen !== null));
    return [table(order, orders, rare), table(sku, of("sku"), rare), table(customer, of("customer"), rare), table(review, of("review"), rare)].filter((one) => one.length);
  }
  return { tables };
}
