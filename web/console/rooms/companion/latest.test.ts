import { expect, test } from "vitest";
import { latest } from "./latest";

test("a_late_answer_does_not_take_the_place_of_what_is_looked_at_now", async () => {
  const answers = new Map<string, (found: string) => void>();
  const taken: string[] = [];
  const look = latest((of: string) => new Promise<string>((done) => answers.set(of, done)), (found) => taken.push(found));
  const first = look.ask("first");
  const second = look.ask("second");
  answers.get("second")!("two");
  answers.get("first")!("one");
  await Promise.all([first, second]);
  expect(taken).toEqual(["two"]);
  const third = look.ask("third");
  look.forget();
  answers.get("third")!("three");
  await third;
  expect(taken).toEqual(["two"]);
});
