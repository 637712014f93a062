import { expect, test } from "vitest";
import type { Courier, StopArea } from "@api/desk";
import { offered, provinceOf, stopOf, within } from "./region";

const area = (more: Partial<StopArea>): StopArea => ({ id: 1, courier: null, region: "新疆", from: 100, until: 200, note: "", state: "now", ...more });
const courier = (code: string, on = true): Courier => ({ code, name: code, on, surcharge_fen: 0, surcharge_url: "", query_url: "" });

test("the_province_is_read_from_what_the_mask_leaves", () => {
  expect(provinceOf("浙江省杭州市****")).toBe("浙江");
  expect(provinceOf("新疆维吾尔****")).toBe("新疆");
  expect(provinceOf("内蒙古自治区****")).toBe("内蒙古");
  expect(provinceOf("上海 上海市****")).toBe("上海");
  expect(provinceOf("****")).toBeNull();
});

test("a_region_holds_its_addresses_however_they_are_written", () => {
  expect(within("新疆维吾尔自治区 乌鲁木齐市", "新疆")).toBe(true);
  expect(within("上海 上海市 浦东新区", "上海浦东新区")).toBe(true);
  expect(within("江苏省南京市上海路1号", "上海")).toBe(false);
  expect(within("浙江省杭州市", "")).toBe(false);
});

test("a_courier_is_offered_that_goes_where_another_does_not", () => {
  const areas = [area({ courier: "SF" }), area({ id: 2, courier: "EMS", from: 150 })];
  const couriers = [courier("SF"), courier("EMS"), courier("JD", false), courier("ZTO")];
  expect(stopOf(areas, "SF", "新疆维吾尔****", 120)?.id).toBe(1);
  expect(stopOf(areas, "SF", "浙江省杭州市****", 120)).toBeNull();
  expect(stopOf(areas, "SF", "新疆维吾尔****", 200)).toBeNull();
  expect(offered(couriers, areas, "SF", "新疆维吾尔****", 120).map((one) => one.code)).toEqual(["EMS", "ZTO"]);
  expect(offered(couriers, areas, "SF", "新疆维吾尔****", 160).map((one) => one.code)).toEqual(["ZTO"]);
  // an area of no courier stops them all
  expect(offered(couriers, [area({})], "SF", "新疆维吾尔****", 120)).toEqual([]);
});
