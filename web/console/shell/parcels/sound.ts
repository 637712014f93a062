// Short tones for the packing table: right, wrong, stop. Off by default, remembered on this machine.
import { ref } from "vue";

const KEY = "xiaoer.desk.sound";
export const soundOn = ref(localStorage.getItem(KEY) === "1");
let audio: AudioContext | null = null;

export function setSound(on: boolean): void {
  soundOn.value = on;
  localStorage.setItem(KEY, on ? "1" : "0");
  if (on) sound("right");
}
const TONES = { right: [880], wrong: [220, 220], stop: [660, 440, 660, 440] } as const;
export function sound(which: keyof typeof TONES): void {
  if (!soundOn.value) return;
  try {
    audio ??= new AudioContext();
    const start = audio.currentTime;
    TONES[which].forEach((pitch, n) => {
      const tone = audio!.createOscillator();
      const gain = audio!.createGain();
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0.15, start + n * 0.2);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + n * 0.2 + 0.18);
      tone.connect(gain).connect(audio!.destination);
      tone.start(start + n * 0.2);
      tone.stop(start + n * 0.2 + 0.19);
    });
  } catch {
    // No sound device: the sign on the page tells.
  }
}
