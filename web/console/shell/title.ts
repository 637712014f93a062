// The title of the browser's tab: the page, with how many wait for me in front.
import { effectScope, ref, watch } from "vue";

const page = ref("");
const waiting = ref(0);

effectScope(true).run(() =>
  watch([page, waiting], () => {
    const badge = waiting.value > 99 ? "(99+) " : waiting.value ? `(${waiting.value}) ` : "";
    document.title = badge + page.value;
  }),
);

export function setPage(title: string): void {
  page.value = title;
}
export function setWaiting(n: number): void {
  waiting.value = n;
}
