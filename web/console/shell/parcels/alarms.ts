// What rings at the packing table and nobody has seen yet: a refund, a change or a close after the audit. The server keeps
// it until somebody says that they have, so a page that is opened later shows it too. Rings aloud only where this machine's
// sound is on (it is off until somebody turns it on).
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { http, type Page } from "@api/client";
import type { DeskAlarm } from "@api/types";
import { queries } from "../cache";
import { desk } from "../desk";
import { useSession } from "../session";
import { sound } from "./sound";

const KEY = ["parcels", "alarms"];
/** Should a word of the server be lost, the next look finds it. */
const BY_THE_CLOCK = 60_000;
let listening = false;

const spoil = (): Promise<unknown> => queries.invalidateQueries({ queryKey: KEY });
/** Hears alarms from now on, whatever page is open. */
export function listenForAlarms(): void {
  if (listening) return;
  listening = true;
  desk.onPush((push) => {
    if (push.on === "desk_alarm") sound("stop");
    if (push.on === "desk_alarm" || push.on === "desk_alarm_seen") void spoil();
  });
}
export function useDeskAlarms() {
  const session = useSession();
  const list = useQuery({ queryKey: computed(() => [...KEY, session.shop]), enabled: computed(() => session.can("orders.see")), refetchInterval: BY_THE_CLOCK, queryFn: ({ signal }) => http.get<Page<DeskAlarm>>("/desk/alarms", { shop: session.shop, limit: 20 }, signal) });
  return {
    /** The last first. */
    ringing: computed<DeskAlarm[]>(() => [...(list.data.value?.items ?? [])].reverse()),
    sees: computed(() => session.can("orders.ship") || session.can("orders.check") || session.can("orders.audit")),
    async see(alarm: DeskAlarm): Promise<void> {
      await http.post(`/desk/alarms/${alarm.id}/seen`);
      await spoil();
    },
  };
}
