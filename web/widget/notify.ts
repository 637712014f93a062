// Telling a buyer who looks elsewhere: a short tone and the page's title. Silent while they are reading.
import type { Keep } from './keep';

export class Notifier {
  private context: AudioContext | null = null;
  private ownTitle: string | null = null;
  private setTitle = '';

  private armed = false;

  constructor(private readonly keep: Keep) {}

  /** A browser lets a page sound only after a gesture; the next one anywhere makes the tone ready. */
  arm(): void {
    if (this.armed || typeof AudioContext === 'undefined') return;
    this.armed = true;
    const unlock = (): void => {
      this.context ??= new AudioContext();
      void this.context.resume().catch(() => undefined);
    };
    for (const gesture of ['click', 'keydown']) addEventListener(gesture, unlock, { once: true, capture: true });
  }

  get sound(): boolean {
    return this.keep.read<boolean>('sound') !== false;
  }

  set sound(on: boolean) {
    this.keep.write('sound', on);
  }

  tone(): void {
    const audio = this.context;
    if (!this.sound || !audio || audio.state !== 'running') return;
    [660, 880].forEach((pitch, at) => {
      const from = audio.currentTime + at * 0.13;
      const voice = audio.createOscillator();
      const volume = audio.createGain();
      voice.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, from);
      volume.gain.exponentialRampToValueAtTime(0.08, from + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.22);
      voice.connect(volume).connect(audio.destination);
      voice.start(from);
      voice.stop(from + 0.24);
    });
  }

  /** Puts `badge` before the page's title, or gives the title back with null. */
  title(badge: string | null): void {
    const now = document.title;
    if (badge === null) {
      // Only when it is still ours: the page may have changed its title meanwhile.
      if (this.ownTitle !== null && now === this.setTitle) document.title = this.ownTitle;
      this.ownTitle = null;
      return;
    }
    if (this.ownTitle === null || now !== this.setTitle) this.ownTitle = now;
    this.setTitle = `${badge} · ${this.ownTitle}`;
    document.title = this.setTitle;
  }
}
