// The file door: sending one up, and fetching one back with the visitor's token.
import type { FileId, Problem, Uploaded } from './protocol';
import { LOST } from './socket';

/** The longer side of a picture that had to be made smaller, in pixels. */
const LONG_SIDE = 2560;

export class Files {
  private readonly shown = new Map<string, Promise<string>>();

  constructor(
    private readonly base: string,
    private readonly shop: string,
    private readonly token: () => string | null,
  ) {}

  /** `progress` is called with 0..1. Rejects with a `Problem`. */
  upload(blob: Blob, name: string, progress: (share: number) => void): Promise<Uploaded> {
    return new Promise((resolve, reject) => {
      const form = new FormData();
      form.append('file', blob, name);
      // fetch cannot tell how far an upload has come.
      const ask = new XMLHttpRequest();
      ask.open('POST', `${this.base}files?shop=${encodeURIComponent(this.shop)}`);
      ask.setRequestHeader('Authorization', `Bearer ${this.token() ?? ''}`);
      ask.timeout = 120_000;
      ask.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      ask.onerror = ask.ontimeout = ask.onabort = () => reject({ code: LOST } satisfies Problem);
      ask.onload = () => {
        const answer = parsed(ask.responseText);
        if (ask.status >= 200 && ask.status < 300 && answer) resolve(answer as unknown as Uploaded);
        else reject(refusal(ask.status, answer));
      };
      ask.send(form);
    });
  }

  /** What was just uploaded need not be fetched to be shown. */
  adopt(file: FileId, blob: Blob): void {
    const address = Promise.resolve(URL.createObjectURL(blob));
    this.shown.set(String(file), address);
    this.shown.set(`${file}?thumb=1`, address);
  }

  /** An address the page can show; the same file is fetched once. */
  show(file: FileId, thumb: boolean): Promise<string> {
    const key = `${file}${thumb ? '?thumb=1' : ''}`;
    const held = this.shown.get(key);
    if (held) return held;
    const fetched = this.fetch(file, thumb).then((blob) => URL.createObjectURL(blob));
    this.shown.set(key, fetched);
    // A failure is not remembered, so that looking again tries again.
    fetched.catch(() => this.shown.delete(key));
    return fetched;
  }

  async fetch(file: FileId, thumb: boolean): Promise<Blob> {
    const address = `${this.base}files/${encodeURIComponent(String(file))}?shop=${encodeURIComponent(this.shop)}${thumb ? '&thumb=1' : ''}`;
    const answer = await fetch(address, {
      headers: { Authorization: `Bearer ${this.token() ?? ''}` },
      credentials: 'omit',
    });
    if (!answer.ok) throw refusal(answer.status, null);
    return answer.blob();
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function refusal(status: number, answer: Record<string, unknown> | null): Problem {
  if (typeof answer?.['code'] === 'string') return { code: answer['code'] };
  if (status === 413) return { code: 'file_too_big' };
  if (status === 415) return { code: 'file_kind' };
  if (status === 429) return { code: 'limit_messages' };
  return { code: status >= 500 ? 'unavailable' : 'not_found' };
}

/** A picture over the limit is made smaller where the browser can; null when it cannot be helped. */
export async function fitted(blob: Blob, limit: number): Promise<Blob | null> {
  if (blob.size <= limit) return blob;
  if (!/^image\/(jpeg|png|webp)$/.test(blob.type) || typeof createImageBitmap !== 'function') return null;
  try {
    const bitmap = await createImageBitmap(blob);
    const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.86));
    return smaller && smaller.size <= limit ? smaller : null;
  } catch {
    return null;
  }
}
