// The state of the socket, for the banner and the presence menu. The socket itself lives in desk.ts.
import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";
import type { SocketState } from "@api/socket";
import type { PresenceState } from "@api/types";

export const useLink = defineStore("link", () => {
  const state = ref<SocketState>("connecting");
  const retryAt = ref<number | null>(null);
  const everOnline = ref(false);
  const presence = shallowRef<{ state: PresenceState; reason: string | null }>({ state: "off", reason: null });
  return { state, retryAt, everOnline, presence };
});
