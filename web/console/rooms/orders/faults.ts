// Refused rows in words: what is wrong and how to mend it.
import { useI18n } from "vue-i18n";
import type { Fault } from "@api/orders";
import { asProblem, wordProblem } from "@api/problem";
import { locale } from "@ui/locale";
import { bytes, money } from "@ui/money";

export interface Worded {
  what: string;
  mend: string;
}
/** Facts that a sentence may name, so that a missing one leaves no brace. */
const FACTS = { name: "", first: "", second: "", limit: "", number: "", columns: "", cells: "", kind: "", looks: "", year: "", most: "" };

export function useFaults() {
  const { t, te } = useI18n();
  function word(fault: Fault): Worded {
    const code = te(`orders.fault.${fault.code}.what`) ? fault.code : "row_refused";
    const facts: Record<string, unknown> = { ...FACTS, ...fault };
    if (code === "kind_of_nobody") facts["kind"] = te(`orders.kind.${String(fault["kind"])}`) ? t(`orders.kind.${String(fault["kind"])}`) : String(fault["kind"]);
    if (typeof fault["most"] === "number") facts["most"] = money(fault["most"]);
    return { what: t(`orders.fault.${code}.what`, facts), mend: t(`orders.fault.${code}.mend`, facts) };
  }
  /** Of a file that was not taken: in the words of its fault where it is one. */
  function refusal(error: unknown): string {
    const problem = asProblem(error);
    if (problem.code === "file_too_large" && typeof problem.params["bytes"] === "number") return t("orders.upload.tooLarge", { size: bytes(problem.params["bytes"]) });
    if (!te(`orders.fault.${problem.code}.what`)) return te(`orders.problem.${problem.code}`) ? t(`orders.problem.${problem.code}`, { ...problem.params }) : wordProblem(problem, locale.value);
    const { what, mend } = word({ ...problem.params, code: problem.code });
    return `${what}${locale.value === "en" ? ". " : "。"}${mend}`;
  }
  /** Where it stands: the file of an archive, the sheet, the row. */
  function place(fault: Fault, several: boolean): string {
    const row = fault.row === undefined ? "" : t("orders.faults.rowN", { n: fault.row });
    return [several ? fault.file : "", fault.sheet, row].filter(Boolean).join(" · ") || "—";
  }
  return { word, refusal, place };
}

/** What stood in the cell, where the fault tells it. */
export function seenOf(fault: Fault): string {
  return typeof fault["value"] === "string" ? fault["value"] : "";
}
