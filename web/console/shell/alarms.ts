// What called for attention since the page was opened, newest first; nothing is kept on the server.
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { Alarm } from "@api/types";

export interface Notice extends Alarm {
  id: number;
  seen: boolean;
}

const MOST = 100;
/** Being close to the limit and being over it are one wait: what comes later is what stands. */
const matterOf = (alarm: Alarm): string => (alarm.alarm === "warn" || alarm.alarm === "breach" ? "wait" : alarm.alarm);

export const useAlarms = defineStore("alarms", () => {
  const notices = shallowRef<Notice[]>([]);
  const sound = ref(localStorage.getItem("xiaoer.sound") !== "0");
  let next = 1;
  const fresh = computed(() => notices.value.filter((n) => !n.seen).length);

  function add(alarm: Alarm): void {
    const same = (n: Notice): boolean => matterOf(n) === matterOf(alarm) && n.conversation === alarm.conversation && n.shop === alarm.shop && n.parcel === alarm.parcel && n.ask === alarm.ask && n.paper === alarm.paper;
    notices.value = [{ ...alarm, id: next++, seen: false }, ...notices.value.filter((n) => !same(n))].slice(0, MOST);
  }
  function see(): void {
    notices.value = notices.value.map((n) => (n.seen ? n : { ...n, seen: true }));
  }
  function clear(): void {
    notices.value = [];
  }
  function setSound(on: boolean): void {
    sound.value = on;
    localStorage.setItem("xiaoer.sound", on ? "1" : "0");
  }
  return { notices, fresh, sound, add, see, clear, setSound };
});
