// What more than one room asks of a customer's tags and consent.
import { useQuery } from "@tanstack/vue-query";
import { http } from "@api/client";
import type { ConsentDraft, TagColor, Tag, TagCount } from "@api/customers";
import { queries } from "@shell/cache";

export function useTags() {
  return useQuery({ queryKey: ["customer-tags"], queryFn: async ({ signal }): Promise<TagCount[]> => (await http.get<{ items: TagCount[] }>("/customer-tags", {}, signal)).items });
}
async function spoil(customer: number | null): Promise<void> {
  const keys = [["customer-tags"], ["customers"], ...(customer === null ? [] : [["customer", customer], ["consents", customer]])];
  await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
}
export async function tagCustomer(customer: number, tag: number): Promise<void> {
  await http.post(`/customers/${customer}/tag`, { tag });
  await spoil(customer);
}
export async function untagCustomer(customer: number, tag: number): Promise<void> {
  await http.post(`/customers/${customer}/untag`, { tag });
  await spoil(customer);
}
export async function addTag(name: string, color: TagColor): Promise<Tag> {
  const made = await http.post<Tag>("/customer-tags", { name, color });
  await spoil(null);
  return made;
}
export async function editTag(id: number, name: string, color: TagColor): Promise<void> {
  await http.put(`/customer-tags/${id}`, { name, color });
  await spoil(null);
  await queries.invalidateQueries({ queryKey: ["customer"] });
}
export async function removeTag(id: number): Promise<void> {
  await http.del(`/customer-tags/${id}`);
  await spoil(null);
  await queries.invalidateQueries({ queryKey: ["customer"] });
}
export async function setConsent(customer: number, draft: ConsentDraft): Promise<void> {
  await http.post(`/customers/${customer}/consents`, draft);
  await spoil(customer);
}
