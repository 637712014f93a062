// Who is signed in, what they may do, how they like the console. Not a cache of anything else the server holds.
import { defineStore } from "pinia";
import { computed, ref, shallowRef, watch } from "vue";
import { http, onSignedOut, setCsrf } from "@api/client";
import { asProblem, type Problem } from "@api/problem";
import { locale } from "@ui/locale";
import { setServerNow } from "@ui/time";

export type Theme = "light" | "dark" | "auto";
export type Density = "comfortable" | "compact";
export type SendKey = "enter" | "ctrl_enter";

export interface Me {
  person: { id: number; login: string; name: string; nick: string | null; number: string | null; locale: string; theme: Theme; density: Density; send_key: SendKey };
  org: { id: number; name: string };
  roles: string[];
  permissions: string[];
  shops: { id: number; name: string; platform: string; kind: string; time_zone: string }[];
  csrf: string | null;
  totp: boolean;
  server_now: number;
}
export type MeChange = Partial<Pick<Me["person"], "name" | "nick" | "locale" | "theme" | "density" | "send_key">>;

const SHOP = "xiaoer.shop";
const LOOK = "xiaoer.look";
const dark = matchMedia("(prefers-color-scheme: dark)");

export const useSession = defineStore("session", () => {
  const me = shallowRef<Me | null>(null);
  const failed = shallowRef<Problem | null>(null);
  const shop = ref<number | null>(Number(localStorage.getItem(SHOP)) || null);
  const rights = computed(() => new Set(me.value?.permissions ?? []));

  function can(permission: string): boolean {
    return rights.value.has(permission);
  }
  function shopName(id: number): string {
    return me.value?.shops.find((s) => s.id === id)?.name ?? "";
  }

  /** Takes the answer of `GET /me` or of a sign-in. */
  function enter(answer: Me): void {
    me.value = answer;
    failed.value = null;
    setCsrf(answer.csrf ?? "");
    setServerNow(answer.server_now);
    if (shop.value && !answer.shops.some((s) => s.id === shop.value)) shop.value = null;
  }
  async function load(): Promise<void> {
    try {
      enter(await http.get<Me>("/me"));
    } catch (error) {
      const problem = asProblem(error);
      me.value = null;
      failed.value = problem.status === 401 ? null : problem;
    }
  }
  /** Changes how this person likes the console: at once here, then on the server. */
  async function prefer(change: MeChange): Promise<void> {
    if (!me.value) return;
    const before = me.value;
    me.value = { ...before, person: { ...before.person, ...change } };
    try {
      await http.patch("/me", change);
    } catch (error) {
      me.value = before;
      throw error;
    }
  }
  async function signOut(): Promise<void> {
    await http.post("/sign-out").catch(() => undefined);
    me.value = null;
  }
  onSignedOut(() => (me.value = null));

  watch(shop, (id) => (id ? localStorage.setItem(SHOP, String(id)) : localStorage.removeItem(SHOP)));
  watch(() => me.value?.person, (person) => wear(person ?? remembered()), { immediate: true });
  dark.addEventListener("change", () => wear(me.value?.person ?? remembered()));

  return { me, failed, shop, can, shopName, enter, load, prefer, signOut };
});

type Look = Pick<Me["person"], "theme" | "density" | "locale">;

function remembered(): Look {
  try {
    return JSON.parse(localStorage.getItem(LOOK) ?? "") as Look;
  } catch {
    return { theme: "auto", density: "comfortable", locale: navigator.language.startsWith("zh") ? "zh-CN" : "en" };
  }
}

/** Puts theme, density and language on the page, and remembers them for the sign-in page. */
function wear(look: Look): void {
  const root = document.documentElement;
  const isDark = look.theme === "dark" || (look.theme === "auto" && dark.matches);
  root.dataset["theme"] = isDark ? "dark" : "light";
  root.dataset["density"] = look.density;
  locale.value = look.locale === "en" ? "en" : "zh-CN";
  localStorage.setItem(LOOK, JSON.stringify({ theme: look.theme, density: look.density, locale: look.locale }));
}
