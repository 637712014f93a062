// The microphone: one recording at a time, ended by the buyer or by the limit.

/** What browsers can write and most can play, best first. */
const TYPES = ['audio/mp4', 'audio/webm;codecs=opus', 'audio/ogg;codecs=opus'];

export interface Recording { blob: Blob; ms: number; name: string }

export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && typeof navigator.mediaDevices?.getUserMedia === 'function';
}

export class Recorder {
  private recorder: MediaRecorder | null = null;
  private stream: MediaStream | null = null;
  private chunks: Blob[] = [];
  private began = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private cancelled = false;

  /** `done` gets the recording, or null when it was cancelled or broke. */
  constructor(private readonly limitMs: number, private readonly done: (recording: Recording | null) => void) {}

  get elapsed(): number {
    return this.recorder ? Math.min(this.limitMs, performance.now() - this.began) : 0;
  }

  /** Rejects when the microphone is refused. */
  async start(): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    if (this.cancelled) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.stream = stream;
    const type = TYPES.find((name) => MediaRecorder.isTypeSupported(name));
    const recorder = new MediaRecorder(stream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: 32_000 });
    recorder.ondataavailable = (event) => event.data.size > 0 && this.chunks.push(event.data);
    recorder.onstop = () => this.finish(recorder.mimeType);
    recorder.onerror = () => this.cancel();
    this.recorder = recorder;
    this.began = performance.now();
    recorder.start(1000);
    this.timer = setTimeout(() => this.stop(), this.limitMs);
  }

  stop(): void {
    if (this.recorder?.state === 'recording') this.recorder.stop();
  }

  cancel(): void {
    this.cancelled = true;
    if (this.recorder?.state === 'recording') this.recorder.stop();
    else this.release();
  }

  private finish(mimeType: string): void {
    const ms = Math.round(this.elapsed);
    this.release();
    const type = (mimeType || 'audio/webm').split(';')[0] ?? 'audio/webm';
    const blob = new Blob(this.chunks, { type });
    const ending = type.includes('mp4') ? 'm4a' : type.includes('ogg') ? 'ogg' : 'webm';
    this.done(this.cancelled || blob.size === 0 ? null : { blob, ms, name: `voice.${ending}` });
  }

  private release(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }
}
