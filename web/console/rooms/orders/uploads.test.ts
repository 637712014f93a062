// Files go one after the other; what is no file is said without asking the server; the others go on.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "@api/problem";
import { clearEnded, drop, send, uploads } from "./uploads";

const upload = vi.hoisted(() => vi.fn());
vi.mock("@api/upload", () => ({ upload }));
const file = (name: string, text = "a"): File => new File([text], name);

beforeEach(() => {
  upload.mockReset();
});
afterEach(() => [...uploads].forEach((one) => drop(one.id)));

test("a_refused_file_does_not_hold_up_the_next", async () => {
  upload.mockRejectedValueOnce(new Problem("file_locked")).mockResolvedValueOnce({ id: 7 });
  const runs = await send([file("a.xlsx"), file("b.csv")], 3);
  expect(runs).toEqual([{ id: 7 }]);
  expect(uploads.map((one) => one.state)).toEqual(["refused", "there"]);
  expect(upload.mock.calls.map((call) => call[0])).toEqual(["/imports?shop=3", "/imports?shop=3"]);
});

test("an_empty_file_is_refused_at_once", async () => {
  await send([file("a.csv", "")], 3);
  expect(upload).not.toHaveBeenCalled();
  expect(uploads[0]).toMatchObject({ state: "refused", error: { code: "file_empty" } });
});

test("what_is_no_table_by_its_name_is_refused_without_sending_it", async () => {
  await send([file("问答.json"), file("faq.JSONL"), file("合同.pdf")], 3);
  expect(upload).not.toHaveBeenCalled();
  expect(uploads.map((one) => (one.error as Problem).code)).toEqual(["file_json", "file_json", "file_kind"]);
});

test("two_rounds_never_send_at_once", async () => {
  let under = 0;
  let most = 0;
  upload.mockImplementation(async () => {
    most = Math.max(most, ++under);
    await new Promise((done) => setTimeout(done, 5));
    under--;
    return { id: 1 };
  });
  await Promise.all([send([file("a.csv"), file("b.csv")], 3), send([file("c.csv")], 3)]);
  expect(most).toBe(1);
  clearEnded();
  expect(uploads).toEqual([]);
});

test("a_file_taken_off_the_list_is_stopped_and_not_counted", async () => {
  upload.mockImplementation((_path: string, _file: File, { signal }: { signal: AbortSignal }) => new Promise((_, refuse) => signal.addEventListener("abort", () => refuse(new DOMException("", "AbortError")))));
  const sending = send([file("a.csv")], 3);
  await vi.waitFor(() => expect(uploads[0]?.state).toBe("sending"));
  drop(uploads[0]!.id);
  expect(await sending).toEqual([]);
  expect(uploads).toEqual([]);
});
