import { expect, test } from "vitest";
import { pasted } from "./tables";

const text = (of: Parameters<typeof pasted>[0], said: string): Promise<string> => pasted(of, said).text();

test("pasted lines get the names of their columns when they have none", async () => {
  expect(await text("waybills", "171531\tSF1\t顺丰\r\n171532\tSF2\t\n")).toBe("订单号\t快递单号\t快递公司\n171531\tSF1\t顺丰\n171532\tSF2\t\n");
  expect(await text("waybills", "171531 SF1")).toBe("订单号\t快递单号\n171531\tSF1\n");
  expect(await text("failures", "171531 运单号 无效")).toBe("订单号\t失败原因\n171531\t运单号 无效\n");
});
test("pasted lines with names of their own keep them", async () => {
  expect(await text("prices", "商家编码\t新价\nZT-M\t89\n")).toBe("商家编码\t新价\nZT-M\t89\n");
});
