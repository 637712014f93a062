// When to tell the other side that the buyer writes: not at every key, and not for ever.

const EVERY = 2_000;
const IDLE = 6_000;
/** The end of the text is what is being thought about; more would only be weight. */
const MOST = 500;

export class Typing {
  private on = false;
  private text = '';
  private last = 0;
  private pause: ReturnType<typeof setTimeout> | null = null;
  private idle: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly tell: (on: boolean, text: string) => void) {}

  wrote(text: string): void {
    this.text = text;
    this.on = true;
    if (this.idle !== null) clearTimeout(this.idle);
    this.idle = setTimeout(() => this.stop(), IDLE);
    if (this.pause !== null) return;
    const wait = Math.max(0, this.last + EVERY - Date.now());
    this.pause = setTimeout(() => {
      this.pause = null;
      this.last = Date.now();
      this.tell(true, Array.from(this.text).slice(-MOST).join(''));
    }, wait);
  }

  stop(): void {
    if (!this.on) return;
    for (const timer of [this.pause, this.idle]) if (timer !== null) clearTimeout(timer);
    this.pause = this.idle = null;
    this.on = false;
    this.last = 0;
    this.tell(false, '');
  }
}
