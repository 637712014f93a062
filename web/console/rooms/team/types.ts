// What the team's doors speak of, as the server's document has it. Times are ms UTC; null shops are all shops,
// those to come included.
import type { Schemas, Whole } from "@api/typed";

export type Person = Whole<Schemas["PersonView"]>;
export interface PersonDraft {
  login: string;
  name: string;
  nick: string;
  number: number | null;
  roles: number[];
  shops: number[] | null;
  groups: number[];
  capacity: number;
  outsourced: boolean;
}
/** A right by its name on the wire. */
export type RightKey = string;
export type Role = Whole<Omit<Schemas["Role"], "permissions">> & { permissions: RightKey[] };
export type Right = Omit<Schemas["Right"], "key"> & { key: RightKey };
export type Shop = Whole<Schemas["Shop"]>;
export type ShopDraft = Omit<Shop, "id" | "key" | "active">;
export type Paper = Omit<Whole<Schemas["Paper"]>, "state"> & { state: PaperState };
export type PaperState = "ok" | "expiring" | "expired";
export type PaperDraft = Pick<Paper, "kind" | "number" | "valid_until" | "file">;
export type StageKey = "pre" | "in" | "after";
export type SkillGroup = Whole<Omit<Schemas["Group"], "stage" | "overflow">> & { stage: StageKey | null; overflow: StageKey[] };
export type GroupDraft = Omit<SkillGroup, "id">;
export type Token = Whole<Omit<Schemas["Token"], "permissions">> & { permissions: RightKey[] };
export interface TokenDraft {
  name: string;
  roles: number[];
  permissions: RightKey[];
  shops: number[] | null;
  lifts_limits: boolean;
}
export type Shift = Whole<Schemas["Shift"]>;
export type ShiftDraft = Omit<Shift, "id">;
export type Roster = Whole<Schemas["Roster"]>;
export type RosterRow = Whole<Schemas["RosterRow"]>;
export interface Cell {
  person: number;
  day: string;
  shift: number | null;
}
export interface Rotation {
  from: string;
  to: string;
  people: number[];
  shifts: (number | null)[];
  every_days: number;
}
