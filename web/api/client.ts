// The one door to /api/v1. Adds the CSRF header and an Idempotency-Key to every write, turns every failure into a
// Problem. Does not cache (TanStack Query does) and does not word errors (problem.ts does).
import { Problem } from "./problem";

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query | undefined;
  signal?: AbortSignal | undefined;
  /** Repeat a write with the same key and it is done once. Made here when left out. */
  key?: string | undefined;
}

let csrf = "";
let signedOut: () => void = () => undefined;

/** The token of `GET /me`, sent with every write. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** Called once whenever the server says the sign-in is over. */
export function onSignedOut(run: () => void): void {
  signedOut = run;
}

/** A random id that also works on a plain-http address, where `crypto.randomUUID` is missing. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  }
  const tail = params.toString();
  return `/api/v1${path}${tail ? `?${tail}` : ""}`;
}

/** What every write carries. */
export function headersFor(key: string): Record<string, string> {
  return { "X-CSRF-Token": csrf, "Idempotency-Key": key };
}
/** Tells the session when an answer says that it is over. */
export function signedOutBy(status: number): void {
  if (status === 401) signedOut();
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (body && typeof body === "object" && "code" in body) {
    const { code, detail, field, params, ...rest } = body as Record<string, unknown>;
    return new Problem(String(code), {
      status: response.status,
      detail: typeof detail === "string" ? detail : "",
      field: typeof field === "string" ? field : null,
      params: { ...rest, ...(params && typeof params === "object" ? (params as Record<string, unknown>) : {}) },
    });
  }
  return new Problem(`http_${response.status}`, { status: response.status });
}

async function call<T>(method: string, path: string, body: unknown, options: Options): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const write = method !== "GET";
  if (write) Object.assign(headers, headersFor(options.key ?? freshId()));
  let payload: BodyInit | undefined;
  if (body instanceof FormData) payload = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    payload = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(address(path, options.query), { method, headers, body: payload, signal: options.signal, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem("network");
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (path !== "/sign-in") signedOutBy(response.status);
    throw problem;
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** A verb that takes nothing is sent without a body. */
export const http = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>("GET", path, undefined, { query, signal }),
  post: <T = unknown>(path: string, body?: unknown, options: Options = {}) => call<T>("POST", path, body, options),
  put: <T = unknown>(path: string, body?: unknown, options: Options = {}) => call<T>("PUT", path, body, options),
  patch: <T = unknown>(path: string, body?: unknown, options: Options = {}) => call<T>("PATCH", path, body, options),
  del: <T = unknown>(path: string, body?: unknown, options: Options = {}) => call<T>("DELETE", path, body, options),
};

/** A page of a list; `next` is handed back as `cursor`. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** Where a stored file is fetched from. */
export function fileUrl(file: number | string, thumb = false): string {
  return `/api/v1/files/${encodeURIComponent(file)}${thumb ? "?thumb=1" : ""}`;
}
