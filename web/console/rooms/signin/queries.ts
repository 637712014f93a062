// What signing in and the profile ask of the server. Secrets pass through and are never cached.
import { useQuery } from "@tanstack/vue-query";
import { http, type Page } from "@api/client";
import { queries } from "@shell/cache";
import type { Me } from "@shell/session";

export interface Device {
  id: number;
  device: string;
  address: string;
  made_at: number;
  seen_at: number;
  current: boolean;
}

export function signIn(body: { login: string; password: string; code?: string }): Promise<Me> {
  return http.post<Me>("/sign-in", body);
}
export function changeNames(body: { name: string; nick: string }): Promise<unknown> {
  return http.patch("/me", body);
}
export function changePassword(body: { old: string; new: string }): Promise<unknown> {
  return http.post("/me/password", body);
}
export function beginTotp(): Promise<{ secret: string; uri: string }> {
  return http.post<{ secret: string; uri: string }>("/me/totp");
}
export function confirmTotp(code: string): Promise<{ recovery: string[] }> {
  return http.post<{ recovery: string[] }>("/me/totp/confirm", { code });
}
export function endTotp(password: string): Promise<unknown> {
  return http.del("/me/totp", { password });
}
export function useDevices() {
  return useQuery({ queryKey: ["sign-ins"], staleTime: 10_000, queryFn: async ({ signal }) => (await http.get<Page<Device>>("/me/sign-ins", {}, signal)).items });
}
export async function endSignIn(id: number): Promise<void> {
  await http.del(`/me/sign-ins/${id}`);
  await queries.invalidateQueries({ queryKey: ["sign-ins"] });
}
