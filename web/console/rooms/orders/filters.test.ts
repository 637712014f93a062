import { expect, test } from "vitest";
import { asQuery, fileAddress, narrows, noFilters } from "./filters";

test("what stands in the fields becomes a query, days whole and yuan as fen", () => {
  const days: [Date, Date] = [new Date(2026, 10, 1), new Date(2026, 10, 1)];
  const query = asQuery({ by: "waybill", text: " YT1 ", status: "paid", days, min: 12.5, max: undefined });
  expect(query).toEqual({ waybill: "YT1", status: "paid", from: days[0].getTime(), to: days[0].getTime() + 86_400_000, min_fen: 1250, max_fen: null });
});
test("a phone is asked for when its four digits are there", () => {
  expect(asQuery({ ...noFilters(), by: "phone4", text: "567" })).toMatchObject({ phone4: "" });
  expect(narrows({ ...noFilters(), by: "phone4", text: "567" })).toBe(false);
  expect(asQuery({ ...noFilters(), by: "phone4", text: "5678" })).toMatchObject({ phone4: "5678" });
});
test("a file is asked for with what is found", () => {
  expect(fileAddress({ ...asQuery({ ...noFilters(), text: "88&9" }), shop: 3 }, "xlsx")).toBe("/api/v1/orders/export?q=88%269&shop=3&format=xlsx");
});
