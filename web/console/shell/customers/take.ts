// A file the server makes when it is asked by a write, saved under a name.
import { freshId, headersFor, problemOf, signedOutBy } from "@api/client";

export async function takeFile(path: string, body: unknown, name: string): Promise<void> {
  const response = await fetch(`/api/v1${path}`, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", ...headersFor(freshId()) }, body: JSON.stringify(body) });
  if (!response.ok) {
    const problem = await problemOf(response);
    signedOutBy(response.status);
    throw problem;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
