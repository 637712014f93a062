import { expect, test } from "vitest";
import type { Product } from "@api/goods";
import { basicsBack, basicsChange, basicsDraft, pictureSource } from "./basics";

const product = { id: 5, code: "S4", title: "四件套", picture: "41", url: null, price_fen: 9_900, selling_points: ["亲肤"], active: true, shops: null, skus: [] } as unknown as Product;

test("only_what_was_changed_of_name_picture_and_selling_points_is_sent_and_taken_back", () => {
  const draft = basicsDraft(product);
  expect(basicsChange(draft, product)).toEqual({});
  draft.title = " 晨雾四件套 ";
  draft.selling_points.push("", "可机洗");
  const change = basicsChange(draft, product);
  expect(change).toEqual({ title: "晨雾四件套", selling_points: ["亲肤", "可机洗"] });
  expect(basicsBack(change, product)).toEqual({ title: "四件套", selling_points: ["亲肤"] });
  expect(product.selling_points).toEqual(["亲肤"]);
  expect(basicsChange({ ...basicsDraft(product), picture: "" }, product)).toEqual({ picture: "" });
});

test("a_picture_is_a_file_of_ours_or_an_address_and_nothing_else", () => {
  const file = (id: string): string => `/f/${id}`;
  expect(pictureSource("41", file)).toBe("/f/41");
  expect(pictureSource("https://shop.example/a.jpg", file)).toBe("https://shop.example/a.jpg");
  expect([pictureSource("", file), pictureSource("javascript:alert(1)", file)]).toEqual([null, null]);
});
