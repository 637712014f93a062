// Draws only what is in sight of a very long column whose rows have heights of their own, stays at the end while one
// is there, and keeps the words one reads in place when rows above them come or change. Rows have lasting numbers
// (`first`..`first + count - 1`), so rows that come above do not renumber the rest.
import { computed, nextTick, onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";
import { Heights } from "./heights";

export interface TallOptions {
  scroller: Ref<HTMLElement | null>;
  first: () => number;
  count: () => number;
  /** The height of a row nobody measured, px. */
  estimate: number;
  padding: { top: number; bottom: number };
}
export interface TallRow {
  row: number;
  top: number;
}

const NEAR_END = 60;
const BEYOND = 600;

export function useTall(options: TallOptions) {
  const heights = new Heights(options.estimate);
  const version = shallowRef(0);
  const scrollTop = shallowRef(0);
  const viewport = shallowRef(600);
  const pinned = ref(true);
  let touched = 0;

  const total = computed(() => (void version.value, sum() + options.padding.top + options.padding.bottom));
  function sum(): number {
    const first = options.first();
    return heights.before(first + options.count()) - heights.before(first);
  }
  const rows = computed<TallRow[]>(() => {
    void version.value;
    const first = options.first();
    const end = first + options.count();
    heights.ensure(end);
    const base = heights.before(first) - options.padding.top;
    const from = Math.max(first, heights.at(Math.max(0, base + scrollTop.value - BEYOND)));
    const list: TallRow[] = [];
    let top = heights.before(from) - base;
    for (let row = from; row < end && top < scrollTop.value + viewport.value + BEYOND; row++) {
      list.push({ row, top });
      top += heights.of(row);
    }
    return list;
  });

  function put(top: number): void {
    const box = options.scroller.value;
    if (!box) return;
    box.scrollTop = top;
    scrollTop.value = box.scrollTop;
  }
  const end = (): void => put(options.scroller.value?.scrollHeight ?? 0);

  const observer = new ResizeObserver((entries) => {
    let above = 0;
    let changed = false;
    const base = heights.before(options.first()) - options.padding.top;
    for (const entry of entries) {
      const el = entry.target as HTMLElement;
      if (!el.isConnected) {
        observer.unobserve(el);
        continue;
      }
      if (el === options.scroller.value) {
        viewport.value = el.clientHeight;
        changed = true;
        continue;
      }
      const row = Number(el.dataset["row"]);
      const delta = heights.set(row, entry.borderBoxSize[0]?.blockSize ?? el.offsetHeight);
      if (delta === 0) continue;
      changed = true;
      if (heights.before(row) - base < scrollTop.value) above += delta;
    }
    if (!changed) return;
    version.value++;
    if (pinned.value) void nextTick(end);
    else if (above) void nextTick(() => put(scrollTop.value + above));
  });
  /** A stable function ref for every drawn row, which carries its number in `data-row`. */
  function measure(el: unknown): void {
    if (el instanceof HTMLElement) observer.observe(el);
  }

  watch(
    options.scroller,
    (box) => {
      if (!box) return;
      viewport.value = box.clientHeight;
      observer.observe(box);
    },
    { flush: "post" },
  );
  watch([options.first, options.count], ([first, count], [firstBefore, countBefore]) => {
    const came = first < firstBefore && countBefore > 0 ? heights.before(firstBefore) - heights.before(first) : 0;
    heights.ensure(first + count);
    if (pinned.value) void nextTick(end);
    else if (came) void nextTick(() => put(scrollTop.value + came));
  });
  onScopeDispose(() => observer.disconnect());

  /** To be called on scroll. Rows being measured move the end by themselves; only a hand leaves it. */
  function scrolled(): void {
    const box = options.scroller.value;
    if (!box) return;
    scrollTop.value = box.scrollTop;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END) pinned.value = true;
    else if (Date.now() - touched < 1_000) pinned.value = false;
  }
  /** To be called on wheel, touch, pointer and key. */
  function touch(): void {
    touched = Date.now();
  }
  function toEnd(): void {
    pinned.value = true;
    void nextTick(end);
  }
  /** Brings a row to the middle; its neighbours are measured on the way, so it is aimed at more than once. */
  function toRow(row: number): void {
    pinned.value = false;
    let tries = 6;
    const aim = (): void => {
      const top = heights.before(row) - heights.before(options.first()) + options.padding.top;
      put(Math.max(0, top + heights.of(row) / 2 - viewport.value / 2));
      if (--tries > 0) requestAnimationFrame(aim);
    };
    void nextTick(aim);
  }
  return { rows, total, pinned, measure, scrolled, touch, toEnd, toRow };
}
