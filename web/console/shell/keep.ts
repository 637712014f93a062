// Unanswered messages survive a reload of the tab, for this person only, in the tab's own storage.
import type { OutboxOptions, Parcel } from "@api/outbox";

export function keepParcels(person: number): NonNullable<OutboxOptions["keep"]> {
  const key = `xiaoer.outbox.${person}`;
  return {
    load: () => {
      try {
        return JSON.parse(sessionStorage.getItem(key) ?? "[]") as Parcel[];
      } catch {
        return [];
      }
    },
    save: (parcels) => {
      if (parcels.length) sessionStorage.setItem(key, JSON.stringify(parcels));
      else sessionStorage.removeItem(key);
    },
  };
}
