// Sound, title badge and desktop notices: what tells an agent who looks elsewhere that somebody waits.
import { onScopeDispose, watch } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";
import type { Alarm } from "@api/types";
import { useAlarms } from "./alarms";
import { desk } from "./desk";
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

export function wordAlarm(t: (key: string, named: Record<string, unknown>) => string, alarm: Alarm): string {
  const name = (alarm.conversation ? desk.conversation(alarm.conversation)?.customer.name : null) ?? t("shell.alarms.someone", {});
  return t(`shell.alarms.${alarm.alarm}`, { name });
}

/** Wires alarms and new messages to ears and eyes while the frame lives. */
export function useAttention(): void {
  const { t } = useI18n();
  const router = useRouter();
  const alarms = useAlarms();
  let lastRing = 0;

  function call(urgent: boolean): void {
    const now = Date.now();
    if (!alarms.sound || now - lastRing < 1_500) return;
    lastRing = now;
    ring(urgent);
  }
  const offAlarm = desk.onAlarm((alarm) => {
    alarms.add(alarm);
    call(alarm.alarm === "breach");
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      const notice = new Notification(wordAlarm(t, alarm), { body: alarm.text ?? "", tag: `${alarm.alarm}-${alarm.conversation ?? 0}` });
      notice.onclick = () => {
        window.focus();
        if (alarm.conversation) void router.push({ name: "reception", params: { id: alarm.conversation } });
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
