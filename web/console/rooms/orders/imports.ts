// Everything the import pages ask of the server. An import that is under way is read again every second: the server
// tells nobody by itself how far a file is.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import type { Fault, Import, ImportChange, ImportColumn, ImportKind, ImportState, KeptRow, KeptShopName, Preview, Run, TaughtName } from "@api/orders";
import { api, asked, ok, type Schemas } from "@api/typed";
import { locale } from "@ui/locale";
import { queries } from "@shell/cache";
import { takeFile } from "@shell/customers/take";
import { isGoing } from "./run";

const V = "/api/v1";
const EACH_MS = 1_000;
const LIST_EACH_MS = 3_000;
type Page<T> = { items: T[]; next: string | null };
const path = (id: number) => ({ path: { id } });

export function useImports(filter: MaybeRefOrGetter<{ shop: number | null; state: ImportState | "" }>) {
  return useInfiniteQuery({
    queryKey: computed(() => ["imports", "list", toValue(filter)]),
    initialPageParam: null as string | null,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam, signal }): Promise<Page<Import>> => {
      const { shop, state } = toValue(filter);
      return (await ok(api.GET(`${V}/imports`, { params: { query: asked({ shop, state: state || null, limit: 50, cursor: pageParam }) }, signal }))) as Page<Import>;
    },
    getNextPageParam: (page: Page<Import>) => page.next,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some(isGoing)) ? LIST_EACH_MS : false),
  });
}
export function useRun(id: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => ["imports", "one", toValue(id)]),
    queryFn: async ({ signal }) => (await ok(api.GET(`${V}/imports/{id}`, { params: path(toValue(id)), signal }))) as Run,
    refetchInterval: (query) => (query.state.data && isGoing(query.state.data) ? EACH_MS : false),
  });
}
/** Reads the whole file and writes nothing; asked again only when the file is asked for otherwise. */
export function usePreview(run: MaybeRefOrGetter<Import>, on: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ["import-preview", toValue(run).id, toValue(run).ask, toValue(run).sheets.map((sheet) => [sheet.columns, sheet.shops])]),
    enabled: computed(() => toValue(on)),
    staleTime: Infinity,
    retry: false,
    queryFn: async ({ signal }) => (await ok(api.GET(`${V}/imports/{id}/preview`, { params: path(toValue(run).id), signal }))) as Preview,
  });
}
export function useColumns(kind: MaybeRefOrGetter<ImportKind | null>) {
  return useQuery({
    queryKey: computed(() => ["import-columns", toValue(kind)]),
    enabled: computed(() => toValue(kind) !== null),
    staleTime: Infinity,
    queryFn: ({ signal }): Promise<ImportColumn[]> => ok(api.GET(`${V}/imports/columns`, { params: { query: { kind: toValue(kind) ?? "orders" } }, signal })),
  });
}
export function useFaultList(id: MaybeRefOrGetter<number>, on: MaybeRefOrGetter<boolean>) {
  return useInfiniteQuery({
    queryKey: computed(() => ["imports", "errors", toValue(id)]),
    enabled: computed(() => toValue(on)),
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => (await ok<unknown>(api.GET(`${V}/imports/{id}/errors`, { params: { ...path(toValue(id)), query: asked({ limit: 100, cursor: pageParam }) }, signal }))) as Page<Fault>,
    getNextPageParam: (page: Page<Fault>) => page.next,
  });
}
export function useKept(id: MaybeRefOrGetter<number>, on: MaybeRefOrGetter<boolean>) {
  return useInfiniteQuery({
    queryKey: computed(() => ["imports", "kept", toValue(id)]),
    enabled: computed(() => toValue(on)),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<Page<KeptRow>> => ok(api.GET(`${V}/imports/{id}/kept`, { params: { ...path(toValue(id)), query: asked({ limit: 100, cursor: pageParam }) }, signal })),
    getNextPageParam: (page: Page<KeptRow>) => page.next,
  });
}
export function useNames(shop: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["import-names", toValue(shop)]), queryFn: ({ signal }): Promise<TaughtName[]> => ok(api.GET(`${V}/imports/names`, { params: { query: { shop: toValue(shop) } }, signal })) });
}

/** None, to whoever has not all shops. */
export function useShopNames(on: MaybeRefOrGetter<boolean>) {
  return useQuery({ queryKey: ["import-shops"], enabled: computed(() => toValue(on)), queryFn: ({ signal }): Promise<KeptShopName[]> => ok(api.GET(`${V}/imports/shops`, { signal })) });
}

/** What the server answers of an import is shown at once; the rest of it (rate, progress) comes with the next reading. */
function keep(run: Import): void {
  queries.setQueryData<Run>(["imports", "one", run.id], (was) => ({ progress: null, rate_rows_s: null, left_s: null, ...was, ...run }));
  void queries.invalidateQueries({ queryKey: ["imports"] });
}
export async function applyRun(id: number): Promise<void> {
  keep((await ok(api.POST(`${V}/imports/{id}/apply`, { params: path(id) }))) as Import);
}
export async function cancelRun(id: number): Promise<void> {
  keep((await ok(api.POST(`${V}/imports/{id}/cancel`, { params: path(id) }))) as Import);
}
export async function undoRun(id: number): Promise<void> {
  keep((await ok(api.POST(`${V}/imports/{id}/undo`, { params: path(id) }))) as Import);
}
/** The document says that all of it is needed; what is left out stays. */
export async function mapRun(id: number, change: ImportChange): Promise<void> {
  keep((await ok(api.PATCH(`${V}/imports/{id}`, { params: path(id), body: change as Schemas["MapAsk"] }))) as Run);
  void queries.invalidateQueries({ queryKey: ["import-names"] });
  if (change.shops) void queries.invalidateQueries({ queryKey: ["import-shops"] });
}
export async function changeShopName(name: string, shop: number | null): Promise<void> {
  queries.setQueryData<KeptShopName[]>(["import-shops"], (await ok(api.PUT(`${V}/imports/shops`, { body: { name, shop } }))) as KeptShopName[]);
}
export async function forgetShopName(name: string): Promise<void> {
  // Also when somebody else was faster: the list is old then.
  await ok(api.DELETE(`${V}/imports/shops`, { params: { query: { name } } })).finally(() => queries.invalidateQueries({ queryKey: ["import-shops"] }));
}
export async function forgetName(shop: number, header: string): Promise<void> {
  await ok(api.DELETE(`${V}/imports/names`, { params: { query: { shop, header } } })).finally(() => queries.invalidateQueries({ queryKey: ["import-names"] }));
}
/** The refused rows as they stand in the file, with what is wrong in the reader's language; mended, the workbook goes in again. */
export function takeFaults(id: number, name: string): Promise<void> {
  return takeFile(`/imports/${id}/errors/export`, { language: locale.value === "en" ? "en" : "zh" }, `${name}-${id}.xlsx`);
}
/** What an import wrote or gave back is read anew wherever it is shown. */
export function spoilWritten(): void {
  for (const key of ["orders", "order", "customers", "customer", "products", "conversations"]) void queries.invalidateQueries({ queryKey: [key] });
}
