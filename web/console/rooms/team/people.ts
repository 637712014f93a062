// Which people a search and filters leave. Pure; the server has said whom the reader may see.
import type { Person } from "./types";

export interface PeopleFilter {
  q: string;
  role: number | null;
  shop: number | null;
  group: number | null;
  state: "working" | "disabled" | "outsourced" | "all";
}

export function findPeople(people: readonly Person[], f: PeopleFilter): Person[] {
  const q = f.q.trim().toLowerCase();
  return people.filter((one) => {
    if (f.state === "working" && one.disabled) return false;
    if (f.state === "disabled" && !one.disabled) return false;
    if (f.state === "outsourced" && !one.outsourced) return false;
    if (f.role !== null && !one.roles.includes(f.role)) return false;
    if (f.group !== null && !one.groups.includes(f.group)) return false;
    if (f.shop !== null && one.shops !== null && !one.shops.includes(f.shop)) return false;
    return !q || String(one.number) === q || [one.name, one.nick, one.login].some((text) => text.toLowerCase().includes(q));
  });
}
