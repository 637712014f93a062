// Sound, title badge and desktop notices: what tells an agent who looks elsewhere that somebody waits.
import { onScopeDispose, watch } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";
import type { Alarm } from "@api/types";
import { dayAndTime, serverNow } from "@ui/time";
import { useAlarms } from "./alarms";
import { desk } from "./desk";
import { lastLine } from "./lastLine";
import { useSession } from "./session";
import { setWaiting } from "./title";

let audio: AudioContext | null = null;

/** Two short soft tones; higher for a breach. Silent until the page was first touched (browsers forbid it). */
function ring(urgent: boolean): void {
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") return void audio.resume();
    const start = audio.currentTime;
    [0, 0.14].forEach((offset, n) => {
      const tone = audio!.createOscillator();
      const gain = audio!.createGain();
      tone.frequency.value = (urgent ? 880 : 620) * (n ? 1.25 : 1);
      gain.gain.setValueAtTime(0, start + offset);
      gain.gain.linearRampToValueAtTime(0.12, start + offset + 0.015);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + offset + 0.22);
      tone.connect(gain).connect(audio!.destination);
      tone.start(start + offset);
      tone.stop(start + offset + 0.24);
    });
  } catch {
    // No sound device: the badge and the list still tell.
  }
}

/** What an alarm says, and under it what tells it from others: the buyer's last words, the shop of a paper. */
export function wordAlarm(t: (key: string, named: Record<string, unknown>) => string, alarm: Alarm): { title: string; more: string } {
  if (alarm.alarm === "paper") return { title: t(alarm.state === "expired" ? "shell.alarms.paperOver" : "shell.alarms.paper", {}), more: alarm.text ?? "" };
  if (alarm.alarm === "promise_near") return { title: t("shell.alarms.promise_near", { name: alarm.text ?? "" }), more: t("shell.parcels.shipBy", { time: dayAndTime(alarm.at, serverNow()) }) };
  if (alarm.alarm === "price_near") return { title: t("shell.alarms.price_near", { name: alarm.text ?? "" }), more: t("shell.parcels.ask.dueBy", { time: dayAndTime(alarm.at, serverNow()) }) };
  const talk = alarm.conversation ? desk.conversation(alarm.conversation) : undefined;
  const name = alarm.name || talk?.customer.name || t("shell.alarms.someone", {});
  return { title: t(`shell.alarms.${alarm.alarm}`, { name }), more: talk ? lastLine(talk, desk.person, t) : "" };
}
/** Where an alarm leads; null when nowhere. */
export function placeOfAlarm(alarm: Alarm): { name: string; params: Record<string, number | string> } | null {
  if (alarm.alarm === "promise_near") return { name: "desk-follow", params: { view: "breaking" } };
  if (alarm.alarm === "price_near") return { name: "desk-follow", params: { view: "requests" } };
  if (alarm.conversation) return { name: "reception", params: { id: alarm.conversation } };
  return alarm.shop ? { name: "team-shop", params: { id: alarm.shop } } : null;
}

/** Wires alarms and new messages to ears and eyes while the frame lives. */
export function useAttention(): void {
  const { t } = useI18n();
  const router = useRouter();
  const alarms = useAlarms();
  const session = useSession();
  let lastRing = 0;

  function call(urgent: boolean): void {
    const now = Date.now();
    if (!alarms.sound || now - lastRing < 1_500) return;
    lastRing = now;
    ring(urgent);
  }
  const offAlarm = desk.onAlarm((alarm) => {
    // Keeping promises is the work of those who audit and ship; others see the order too.
    if (alarm.alarm === "promise_near" && !session.can("orders.audit") && !session.can("orders.ship")) return;
    // A price is decided by those who may change orders.
    if (alarm.alarm === "price_near" && !session.can("orders.edit")) return;
    alarms.add(alarm);
    call(alarm.alarm === "breach" || alarm.alarm === "threat");
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      const { title, more } = wordAlarm(t, alarm);
      const notice = new Notification(title, { body: more, tag: `${alarm.alarm}-${alarm.conversation ?? alarm.ask ?? alarm.shop ?? 0}` });
      notice.onclick = () => {
        window.focus();
        const place = placeOfAlarm(alarm);
        if (place && router.hasRoute(place.name)) void router.push(place);
      };
    }
  });
  const offPush = desk.onPush((push) => {
    if (push.on !== "message" || push.message.from !== "buyer" || push.message.rev > 1) return;
    const mine = push.conversation.agent === desk.person;
    if (mine && (document.hidden || !document.hasFocus())) call(false);
  });
  watch(() => desk.counts()?.waiting ?? 0, setWaiting, { immediate: true });
  onScopeDispose(() => {
    offAlarm();
    offPush();
    setWaiting(0);
  });
}
