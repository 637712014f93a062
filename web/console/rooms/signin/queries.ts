// What signing in and the profile ask of the server. Secrets pass through and are never cached.
import { useQuery } from "@tanstack/vue-query";
import { http } from "@api/client";
import { api, ok, type Schemas, type Whole } from "@api/typed";
import { queries } from "@shell/cache";
import type { Me } from "@shell/session";

const V = "/api/v1";
export type Device = Whole<Schemas["Device"]>;

/** By the plain door: a refusal here is not the end of a sign-in. */
export function signIn(body: { login: string; password: string; code?: string }): Promise<Me> {
  return http.post<Me>("/sign-in", body);
}
export async function changeNames(body: { name: string; nick: string }): Promise<void> {
  await ok(api.PATCH(`${V}/me`, { body }));
}
export async function changePassword(body: { old: string; new: string }): Promise<void> {
  await ok(api.POST(`${V}/me/password`, { body }));
}
export function beginTotp(): Promise<{ secret: string; uri: string }> {
  return ok(api.POST(`${V}/me/totp`));
}
export function confirmTotp(code: string): Promise<{ recovery: string[] }> {
  return ok(api.POST(`${V}/me/totp/confirm`, { body: { code } }));
}
export async function endTotp(password: string): Promise<void> {
  await ok(api.DELETE(`${V}/me/totp`, { body: { password } }));
}
export function useDevices() {
  return useQuery({ queryKey: ["sign-ins"], staleTime: 10_000, queryFn: async ({ signal }): Promise<Device[]> => (await ok(api.GET(`${V}/me/sign-ins`, { signal }))).items });
}
export async function endSignIn(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/me/sign-ins/{id}`, { params: { path: { id } } }));
  await queries.invalidateQueries({ queryKey: ["sign-ins"] });
}
