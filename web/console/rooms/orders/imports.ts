// Everything the import pages ask of the server. An import that is under way is read again every second: the server
// tells nobody by itself how far a file is.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import type { Fault, Import, ImportChange, ImportColumn, ImportKind, KeptRow, Preview, Run, TaughtName } from "@api/orders";
import { queries } from "@shell/cache";
import { isGoing } from "./run";

const EACH_MS = 1_000;
const LIST_EACH_MS = 3_000;

export function useImports(filter: MaybeRefOrGetter<{ shop: number | null; state: string }>) {
  return useInfiniteQuery({
    queryKey: computed(() => ["imports", "list", toValue(filter)]),
    initialPageParam: null as string | null,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }): Promise<Page<Import>> => http.get<Page<Import>>("/imports", { ...toValue(filter), limit: 50, cursor: pageParam }, signal),
    getNextPageParam: (page: Page<Import>) => page.next,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some(isGoing)) ? LIST_EACH_MS : false),
  });
}
export function useRun(id: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => ["imports", "one", toValue(id)]),
    queryFn: ({ signal }): Promise<Run> => http.get<Run>(`/imports/${toValue(id)}`, undefined, signal),
    refetchInterval: (query) => (query.state.data && isGoing(query.state.data) ? EACH_MS : false),
  });
}
/** Reads the whole file and writes nothing; asked again only when the file is asked for otherwise. */
export function usePreview(run: MaybeRefOrGetter<Import>, on: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ["import-preview", toValue(run).id, toValue(run).ask, toValue(run).sheets.map((sheet) => sheet.columns)]),
    enabled: computed(() => toValue(on)),
    staleTime: Infinity,
    retry: false,
    queryFn: ({ signal }): Promise<Preview> => http.get<Preview>(`/imports/${toValue(run).id}/preview`, undefined, signal),
  });
}
export function useColumns(kind: MaybeRefOrGetter<ImportKind | null>) {
  return useQuery({
    queryKey: computed(() => ["import-columns", toValue(kind)]),
    enabled: computed(() => toValue(kind) !== null),
    staleTime: Infinity,
    queryFn: ({ signal }) => http.get<ImportColumn[]>("/imports/columns", { kind: toValue(kind) }, signal),
  });
}
export function useFaultList(id: MaybeRefOrGetter<number>, on: MaybeRefOrGetter<boolean>) {
  return useInfiniteQuery({
    queryKey: computed(() => ["imports", "errors", toValue(id)]),
    enabled: computed(() => toValue(on)),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<Page<Fault>> => http.get<Page<Fault>>(`/imports/${toValue(id)}/errors`, { limit: 100, cursor: pageParam }, signal),
    getNextPageParam: (page: Page<Fault>) => page.next,
  });
}
export function useKept(id: MaybeRefOrGetter<number>, on: MaybeRefOrGetter<boolean>) {
  return useInfiniteQuery({
    queryKey: computed(() => ["imports", "kept", toValue(id)]),
    enabled: computed(() => toValue(on)),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<Page<KeptRow>> => http.get<Page<KeptRow>>(`/imports/${toValue(id)}/kept`, { limit: 100, cursor: pageParam }, signal),
    getNextPageParam: (page: Page<KeptRow>) => page.next,
  });
}
export function useNames(shop: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["import-names", toValue(shop)]), queryFn: ({ signal }) => http.get<TaughtName[]>("/imports/names", { shop: toValue(shop) }, signal) });
}

/** What the server answers of an import is shown at once; the rest of it (rate, progress) comes with the next reading. */
function keep(run: Import): void {
  queries.setQueryData<Run>(["imports", "one", run.id], (was) => ({ progress: null, rate_rows_s: null, left_s: null, ...was, ...run }));
  void queries.invalidateQueries({ queryKey: ["imports"] });
}
const did = async (id: number, verb: string): Promise<void> => keep(await http.post<Import>(`/imports/${id}/${verb}`));
export const applyRun = (id: number): Promise<void> => did(id, "apply");
export const cancelRun = (id: number): Promise<void> => did(id, "cancel");
export const undoRun = (id: number): Promise<void> => did(id, "undo");
export async function mapRun(id: number, change: ImportChange): Promise<void> {
  keep(await http.patch<Run>(`/imports/${id}`, change));
  void queries.invalidateQueries({ queryKey: ["import-names"] });
}
export async function forgetName(shop: number, header: string): Promise<void> {
  await http.del(`/imports/names?shop=${shop}&header=${encodeURIComponent(header)}`);
  await queries.invalidateQueries({ queryKey: ["import-names"] });
}
/** What an import wrote or gave back is read anew wherever it is shown. */
export function spoilWritten(): void {
  for (const key of ["orders", "order", "customers", "customer", "products", "conversations"]) void queries.invalidateQueries({ queryKey: [key] });
}
