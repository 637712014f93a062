// The typed door: openapi-fetch over the schema that the server's document makes. Same headers, same Problems as
// `http` of client.ts; a wrong path, field or query does not compile.
import createClient from "openapi-fetch";
import { freshId, headersFor, problemOf, signedOutBy } from "./client";
import { Problem } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** The server writes every field, null where there is nothing, and its words in small letters; its document is looser. */
export type Whole<T> = T extends string ? (string extends T ? string : Lowercase<T>) : T extends (infer U)[] ? Whole<U>[] : T extends object ? { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> } : T;

export const api = createClient<paths>({
  credentials: "same-origin",
  fetch: (request) => globalThis.fetch(request),
  // Nothing of a query that is empty is sent.
  querySerializer: (query) =>
    Object.entries(query as Record<string, unknown>)
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
      .join("&"),
});

api.use({
  onRequest({ request }) {
    if (request.method === "GET") return request;
    for (const [name, value] of Object.entries(headersFor(freshId()))) request.headers.set(name, value);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const problem = await problemOf(response);
    signedOutBy(response.status);
    throw problem;
  },
  onError({ error }) {
    if (error instanceof Problem) return error;
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new Problem("network");
  },
});

type Asked<T> = { [K in keyof T]: null extends T[K] ? Exclude<T[K], null> | undefined : T[K] };
/** A query whose nulls mean "not asked"; they are not sent. */
export function asked<T extends object>(query: T): Asked<T> {
  return query as Asked<T>;
}

/** What a call answered, whole. A refusal was thrown as a Problem before. */
export async function ok<T>(call: Promise<{ data?: T }>): Promise<Whole<T>> {
  const { data } = await call;
  return data as Whole<T>;
}
