// The accounts of a shop on its platform: read, given to somebody for a time, taken back.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, ok, type Schemas, type Whole } from "@api/typed";
import { queries } from "@shell/cache";

const V = "/api/v1";
export type Account = Whole<Schemas["ShopAccount"]>;
export interface AccountDraft {
  account: string;
  person: number | null;
  left: string | null;
  from: number | null;
  until: number | null;
}
const path = (id: number) => ({ params: { path: { id } } });

export function useAccounts(shop: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => ["accounts", toValue(shop)]),
    queryFn: async ({ signal }): Promise<Account[]> => (await ok(api.GET(`${V}/shops/{id}/accounts`, { ...path(toValue(shop)), signal }))).items as Account[],
  });
}
/** Those who can have an account: of my shops, the disabled ones too. */
export function useOwners() {
  return useQuery({ queryKey: ["people", "owners"], queryFn: async ({ signal }) => (await ok(api.GET(`${V}/people`, { signal }))).items });
}
async function spoil(): Promise<void> {
  await Promise.all(["accounts", "people", "import-preview"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
export async function keepAccount(shop: number, id: number | null, draft: AccountDraft): Promise<void> {
  const { person, from, until } = draft;
  if (id === null) await ok(api.POST(`${V}/shops/{id}/accounts`, { ...path(shop), body: draft as Schemas["NewShopAccount"] }));
  else await ok(api.PATCH(`${V}/accounts/{id}`, { ...path(id), body: { person, from, until } as Schemas["ShopAccountChange"] }));
  await spoil();
}
export async function dropAccount(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/accounts/{id}`, path(id)));
  await spoil();
}
