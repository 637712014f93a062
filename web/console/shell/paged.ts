// A list of the server, read page by page. Knows no noun; who shows it says what an empty one means.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/vue-query";
import { computed, ref, toValue, watch, type MaybeRefOrGetter, type Ref } from "vue";
import { http, type Page, type Query } from "@api/client";

const AT_ONCE = 100;

export function usePaged<T>(key: string, path: string, query: MaybeRefOrGetter<Query>) {
  const list = useInfiniteQuery({
    queryKey: computed(() => [key, "list", toValue(query)]),
    initialPageParam: null as string | null,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }): Promise<Page<T>> => http.get<Page<T>>(path, { limit: AT_ONCE, ...toValue(query), cursor: pageParam }, signal),
    getNextPageParam: (page: Page<T>) => page.next,
  });
  const items = computed<T[]>(() => list.data.value?.pages.flatMap((page) => page.items) ?? []);
  return { list, items };
}
export type Paged = ReturnType<typeof usePaged>["list"];

/** A value that follows another when it has rested for a moment: a search asked once, not at every key. */
export function useRested(of: Ref<string>, ms = 180): Ref<string> {
  const rested = ref(of.value.trim());
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(of, (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (rested.value = text.trim()), ms);
  });
  return rested;
}
