import { afterEach, expect, test } from "vitest";
import { locale } from "@ui/locale";
import { roleName, roleWord } from "@shell/roleName";
import { offered, SHOP_KINDS, shopEdition, shopKind } from "./names";

const was = locale.value;
afterEach(() => (locale.value = was));

test("kinds_and_editions_of_a_shop_are_said_in_the_readers_language", () => {
  locale.value = "zh-CN";
  expect([shopKind("flagship"), shopKind("旗舰店"), shopEdition("basic"), shopKind("自己起的")]).toEqual(["旗舰店", "旗舰店", "基本版", "自己起的"]);
  locale.value = "en";
  expect([shopKind("旗舰店"), shopEdition("基本版"), shopEdition("flagship")]).toEqual(["Flagship", "Basic", "Flagship"]);
});

test("a_list_of_kinds_offers_nothing_that_reads_the_same_twice", () => {
  locale.value = "zh-CN";
  expect(offered(SHOP_KINDS, "flagship", shopKind).map(shopKind)).toEqual(["旗舰店", "专卖店", "专营店", "企业店", "个人店"]);
  expect(offered(SHOP_KINDS, "", shopKind)).toEqual(SHOP_KINDS);
});

test("builtin_roles_are_said_in_english_and_a_renamed_one_keeps_its_name", () => {
  locale.value = "en";
  expect([roleName({ key: "owner", name: "掌柜" }), roleName({ key: "owner", name: "老板" }), roleWord("发货员"), roleWord("夜班主管")]).toEqual(["Owner", "老板", "Shipper", "夜班主管"]);
});
