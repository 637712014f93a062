import { describe, expect, test } from "vitest";
import { chineseNumber, promisedMs } from "./promise";

const MIN = 60_000;
describe("promises", () => {
  const kept: [string, number][] = [
    ["您稍等我2分钟", 2 * MIN],
    ["亲，请稍等2-3分钟，我去仓库核实一下", 3 * MIN],
    ["稍等五分钟哈", 5 * MIN],
    ["麻烦等我两分钟", 2 * MIN],
    ["半小时内给您答复", 30 * MIN],
    ["半个小时之内回复您", 30 * MIN],
    ["一个半小时内给您处理", 90 * MIN],
    ["大概十五分钟", 15 * MIN],
    ["10分钟后给您回复哦", 10 * MIN],
    ["一刻钟内回您", 15 * MIN],
    ["24小时内给您处理结果", 1440 * MIN],
    ["请等30秒", 30_000],
    ["稍等二十五分钟", 25 * MIN],
    ["I will get back to you, give me 5 minutes", 5 * MIN],
    ["Please wait about 2 min", 2 * MIN],
    ["1 小时内答复您", 60 * MIN],
    ["两天内给您反馈", 2880 * MIN],
  ];
  test.each(kept)("%s", (text, ms) => expect(promisedMs(text)).toBe(ms));

  const none = ["在的亲", "这款48小时内发货", "充电2小时可用10小时", "5分好评", "支持7天无理由退货", "我们10分钟前刚发出", "这款质保12个月", "身高160体重50", "请稍等", "百分之三十是棉", "3天后到货"];
  test.each(none)("nothing is promised by %s", (text) => expect(promisedMs(text)).toBeNull());

  test("chinese_numbers_up_to_99", () => {
    expect(["一", "十", "十五", "二十", "九十九", "两"].map(chineseNumber)).toEqual([1, 10, 15, 20, 99, 2]);
    expect(chineseNumber("百")).toBeNull();
  });
});
