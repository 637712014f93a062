// What is sent to the server of papers, main pushes and reports.
import { afterEach, expect, test, vi } from "vitest";
import { dismissUnanswered } from "./queries";
import { sellingShop } from "./papers";
import { saveMainPush, uploadPaper } from "./things";

let asked: { url: string; method: string; body: unknown }[] = [];
function listen(answer: unknown): void {
  asked = [];
  vi.stubGlobal("fetch", vi.fn((url: string, init: RequestInit) => {
    asked.push({ url, method: init.method ?? "GET", body: init.body });
    return Promise.resolve(new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } }));
  }));
}
afterEach(() => vi.unstubAllGlobals());

test("a_papers_file_goes_to_a_shop_that_sells_the_product", () => {
  expect(sellingShop(null, [1, 2], 2)).toBe(2);
  expect(sellingShop([2, 3], [1, 2, 3], 1)).toBe(2);
  expect(sellingShop([2, 3], [1, 2, 3], 3)).toBe(3);
  expect(sellingShop(null, [1, 2], null)).toBe(1);
  expect(sellingShop([5], [1, 2], 1)).toBeNull();
});

test("the_upload_of_a_paper_names_its_shop", async () => {
  listen({ file: 77 });
  expect(await uploadPaper(new File(["%PDF"], "质检.pdf"), 3)).toBe(77);
  expect(asked).toMatchObject([{ url: "/api/v1/files?shop=3", method: "POST" }]);
  expect((asked[0]!.body as FormData).get("file")).toBeInstanceOf(File);
});

test("a_main_push_keeps_the_product_it_was_made_for", async () => {
  listen({});
  const body = { shop: null, product: 5, starts_at: 1, ends_at: 2, position: 0, note: "" };
  await saveMainPush(null, body);
  await saveMainPush(9, body);
  expect(JSON.parse(String(asked[0]!.body))).toEqual(body);
  expect(asked[1]).toMatchObject({ url: "/api/v1/main-push/9", method: "PATCH" });
  expect(JSON.parse(String(asked[1]!.body))).not.toHaveProperty("product");
});

test("all_wordings_of_a_question_are_dismissed_not_only_those_shown", async () => {
  listen({});
  const texts = Array.from({ length: 9 }, (_, n) => `问法 ${n}`);
  await dismissUnanswered(texts);
  expect(JSON.parse(String(asked[0]!.body))).toEqual({ texts });
});
