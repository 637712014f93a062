// The words of every mistake a table can hold: what is wrong (`what`) and how to mend it (`mend`), one entry a code.
// The workbook of refused rows, which the server writes, says them too; so they stand beside it.
import words from "../../../../crates/orders/data/faults.json";

export const zh = words.zh;
export const en: typeof zh = words.en;
