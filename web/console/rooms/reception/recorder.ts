// Records the agent's voice, at most a minute. Knows nothing of messages: it gives a file.
import { onScopeDispose, ref } from "vue";

const LONGEST = 60_000;

export function useRecorder(done: (file: File, ms: number) => void) {
  const since = ref<number | null>(null);
  let recorder: MediaRecorder | null = null;
  let limit: ReturnType<typeof setTimeout> | undefined;
  const can = typeof MediaRecorder !== "undefined" && Boolean(navigator.mediaDevices);

  async function start(): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const pieces: Blob[] = [];
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      const type = (recorder?.mimeType ?? "audio/webm").split(";")[0] ?? "audio/webm";
      const ms = since.value === null ? 0 : Math.min(LONGEST, Math.max(1, Date.now() - since.value));
      since.value = null;
      if (ms && pieces.length) done(new File(pieces, `voice.${type.split("/")[1] ?? "webm"}`, { type }), ms);
    };
    recorder.start();
    since.value = Date.now();
    limit = setTimeout(stop, LONGEST);
  }
  function stop(): void {
    clearTimeout(limit);
    if (recorder?.state === "recording") recorder.stop();
  }
  function cancel(): void {
    since.value = null;
    stop();
  }
  onScopeDispose(cancel);
  return { can, since, start, stop, cancel };
}
