// Sends one file and tells how far it has come, which `fetch` cannot. The same headers and Problems as client.ts.
import { freshId, headersFor, problemOf, signedOutBy } from "./client";
import { Problem } from "./problem";

interface Options {
  /** Called with what has left this machine, 0 to 1. */
  sent?: (share: number) => void;
  signal?: AbortSignal;
}

/** Posts `file` as the part `file` of a form to `/api/v1${path}`. */
export function upload<T>(path: string, file: File, { sent, signal }: Options = {}): Promise<T> {
  return new Promise((done, refuse) => {
    const ask = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    ask.open("POST", `/api/v1${path}`);
    for (const [name, value] of Object.entries({ Accept: "application/json", ...headersFor(freshId()) })) ask.setRequestHeader(name, value);
    ask.upload.onprogress = (event) => event.lengthComputable && sent?.(event.loaded / event.total);
    ask.onerror = () => refuse(new Problem("network"));
    ask.onabort = () => refuse(new DOMException("", "AbortError"));
    ask.onload = () => {
      signedOutBy(ask.status);
      if (ask.status >= 200 && ask.status < 300) done(JSON.parse(ask.responseText) as T);
      else void problemOf(new Response(ask.responseText, { status: ask.status })).then(refuse);
    };
    signal?.addEventListener("abort", () => ask.abort());
    ask.send(body);
  });
}
