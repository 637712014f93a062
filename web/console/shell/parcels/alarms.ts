// What rang at the packing table and nobody has seen yet: a refund, a change or a close after the audit. Rings aloud
// only where this machine's sound is on (it is off until somebody turns it on).
import { shallowRef } from "vue";
import type { DeskAlarm } from "@api/types";
import { desk } from "../desk";
import { sound } from "./sound";

const ringing = shallowRef<readonly DeskAlarm[]>([]);
let listening = false;

function heard(alarm: DeskAlarm): void {
  ringing.value = [alarm, ...ringing.value.filter((one) => one.parcel !== alarm.parcel)].slice(0, 20);
  sound("stop");
}
/** Hears alarms from now on, whatever page is open: who opens the desk later finds what rang meanwhile. */
export function listenForAlarms(): void {
  if (listening) return;
  listening = true;
  desk.onPush((push) => {
    if (push.on === "desk_alarm") heard(push);
  });
}
export function useDeskAlarms() {
  return { ringing, see: (alarm: DeskAlarm): void => void (ringing.value = ringing.value.filter((one) => one !== alarm)) };
}
