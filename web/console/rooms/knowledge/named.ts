// Products chosen in a form, by their names: those the search does not list just now are read one by one.
import { useQueries } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import type { Product } from "@api/goods";

export interface Named {
  id: number;
  title: string;
}

/** What a choice of products offers: what was found, and what is chosen already, by name. One that cannot be read any more
 * is called by its number. */
export function useOffered(found: MaybeRefOrGetter<readonly Product[] | undefined>, chosen: MaybeRefOrGetter<readonly number[]>) {
  const away = computed(() => toValue(chosen).filter((id) => !toValue(found)?.some((one) => one.id === id)));
  const read = useQueries({
    queries: computed(() => away.value.map((id) => ({ queryKey: ["product", id], staleTime: 60_000, queryFn: ({ signal }: { signal: AbortSignal }) => http.get<Product>(`/products/${id}`, {}, signal) }))),
  });
  return computed<Named[]>(() => {
    const missing = away.value.map((id, n): Named => {
      const { data: one, isPending } = read.value[n] ?? { data: undefined, isPending: true };
      return { id, title: one?.id === id ? one.title || one.code : isPending ? "…" : `#${id}` };
    });
    return [...missing, ...(toValue(found) ?? [])];
  });
}
