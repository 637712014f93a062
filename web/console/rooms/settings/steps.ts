// A shop's own steps of reception: a name and up to twelve steps. Without steps there is no such template.

export interface OwnSteps {
  title: string;
  steps: string[];
}
export const MOST = 12;
export const LONGEST = 20;

export function readSteps(value: unknown): OwnSteps {
  const { title, steps } = (value ?? {}) as { title?: string; steps?: string[] };
  return { title: title ?? "", steps: [...(steps ?? [])] };
}
export function writeSteps({ title, steps }: OwnSteps): OwnSteps {
  return { title: title.trim(), steps: steps.map((one) => one.trim()) };
}
const fits = (text: string): boolean => {
  const length = [...text.trim()].length;
  return length > 0 && length <= LONGEST;
};
export type Wrong = "title" | "step" | "most";
export function wrongIn(own: OwnSteps): Wrong | null {
  if (own.steps.length > MOST) return "most";
  if (own.steps.length > 0 && !fits(own.title)) return "title";
  return own.steps.every(fits) ? null : "step";
}
