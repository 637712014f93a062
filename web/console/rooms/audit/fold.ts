// Comings and goings of sockets would bury everything else: runs of them fold into one line that can be opened.
import type { Line } from "./queries";

export interface Run {
  /** The first line's number: the run's own. */
  seq: number;
  lines: Line[];
  folded: boolean;
}
const NOISE: ReadonlySet<string> = new Set(["presence.connected", "presence.disconnected"]);

/** Lines in their order; two and more comings and goings in a row are one run. */
export function runs(lines: readonly Line[]): Run[] {
  const all: Run[] = [];
  for (const line of lines) {
    const last = all.at(-1);
    if (last && NOISE.has(line.event) && last.lines.every((one) => NOISE.has(one.event))) {
      last.lines.push(line);
      last.folded = true;
    } else all.push({ seq: line.seq, lines: [line], folded: false });
  }
  return all;
}
/** Who came and went in a run, each once. */
export function peopleOf(run: Run): string[] {
  return [...new Set(run.lines.flatMap((line) => line.name ?? []))];
}
