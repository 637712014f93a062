// Files on their way to the server, one after the other. They go on while one looks at another page; what the file is
// of is the import's own page.
import { shallowReactive } from "vue";
import type { Run } from "@api/orders";
import { Problem } from "@api/problem";
import { upload } from "@api/upload";
import { queries } from "@shell/cache";

export interface Upload {
  id: number;
  name: string;
  bytes: number;
  shop: number;
  state: "waiting" | "sending" | "looking" | "there" | "refused";
  /** What has left this machine, 0 to 1. */
  sent: number;
  run: Run | null;
  error: unknown;
  stop: AbortController;
}
const LIMIT = 1024 ** 3;
/** What is no table by its name: json and lines of it, which the knowledge base writes, papers and pictures. */
const NO_TABLE = /\.(pdf|docx?|pptx?|png|jpe?g|gif|webp|heic|mp4|mov|rar|7z)$/i;
/** Why a file need not be sent at all. */
function unfit(file: File): Problem | null {
  if (/\.jsonl?$/i.test(file.name)) return new Problem("file_json");
  if (NO_TABLE.test(file.name)) return new Problem("file_kind");
  if (file.size === 0) return new Problem("file_empty");
  return file.size > LIMIT ? new Problem("file_too_large", { params: { bytes: LIMIT } }) : null;
}
export const uploads = shallowReactive<Upload[]>([]);
let last = 0;
let busy = false;

function change(id: number, more: Partial<Upload>): void {
  const at = uploads.findIndex((one) => one.id === id);
  if (at >= 0) uploads[at] = { ...uploads[at]!, ...more };
}
export function drop(id: number): void {
  const at = uploads.findIndex((one) => one.id === id);
  if (at < 0) return;
  uploads[at]!.stop.abort();
  uploads.splice(at, 1);
}
/** Whatever is neither waiting nor under way is taken off the list. */
export function clearEnded(): void {
  for (const one of [...uploads]) if (one.state === "there" || one.state === "refused") drop(one.id);
}

/** Sends these files of `shop`; resolves when all of them have ended, with the imports they became. */
export async function send(files: readonly File[], shop: number): Promise<Run[]> {
  const queue = files.map((file) => {
    const id = ++last;
    const refused = unfit(file);
    uploads.push({ id, name: file.name, bytes: file.size, shop, state: refused ? "refused" : "waiting", sent: 0, run: null, error: refused, stop: new AbortController() });
    return { id, file, refused };
  });
  while (busy) await new Promise((done) => setTimeout(done, 100));
  busy = true;
  const runs: Run[] = [];
  try {
    for (const { id, file, refused } of queue) {
      const one = uploads.find((each) => each.id === id);
      if (refused || !one) continue;
      change(id, { state: "sending" });
      try {
        const run = await upload<Run>(`/imports?shop=${shop}`, file, { signal: one.stop.signal, sent: (share) => change(id, { sent: share, state: share < 1 ? "sending" : "looking" }) });
        change(id, { state: "there", sent: 1, run });
        runs.push(run);
      } catch (error) {
        change(id, { state: "refused", error });
      }
      void queries.invalidateQueries({ queryKey: ["imports"] });
    }
  } finally {
    busy = false;
  }
  return runs;
}
