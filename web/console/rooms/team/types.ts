// What the team's doors speak of. Times are ms UTC; null shops are all shops, those to come included.
import type { PresenceState } from "@api/types";

export interface Person {
  id: number;
  login: string;
  name: string;
  nick: string;
  number: number;
  roles: number[];
  shops: number[] | null;
  groups: number[];
  capacity: number;
  outsourced: boolean;
  disabled: boolean;
  totp: boolean;
  last_seen: number | null;
  presence: { state: PresenceState; reason: string | null };
}
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
export interface Role {
  id: number;
  key: string;
  name: string;
  permissions: string[];
  builtin: boolean;
}
export interface Right {
  key: string;
  zh: string;
  en: string;
}
export interface Shop {
  id: number;
  key: string;
  name: string;
  platform: string;
  kind: string;
  edition: string;
  edition_until: number | null;
  time_zone: string;
  color: string;
  origins: string[];
  active: boolean;
}
export type ShopDraft = Omit<Shop, "id" | "key" | "active">;
export type PaperState = "ok" | "expiring" | "expired";
export interface Paper {
  id: number;
  shop: number;
  kind: string;
  number: string;
  valid_until: number | null;
  file: number | null;
  state: PaperState;
}
export type PaperDraft = Pick<Paper, "kind" | "number" | "valid_until" | "file">;
export type StageKey = "pre" | "in" | "after";
export interface SkillGroup {
  id: number;
  name: string;
  stage: StageKey | null;
  shops: number[] | null;
  members: number[];
  overflow: StageKey[];
}
export type GroupDraft = Omit<SkillGroup, "id">;
export interface Token {
  id: number;
  person: number;
  name: string;
  hint: string;
  roles: number[];
  permissions: string[];
  shops: number[] | null;
  lifts_limits: boolean;
  made_at: number;
  seen_at: number | null;
}
export interface TokenDraft {
  name: string;
  roles: number[];
  shops: number[] | null;
  lifts_limits: boolean;
}
export interface Shift {
  id: number;
  name: string;
  from_min: number;
  to_min: number;
  color: string;
}
export type ShiftDraft = Omit<Shift, "id">;
export interface Cell {
  person: number;
  day: string;
  shift: number | null;
}
export interface RosterRow {
  person: number;
  name: string;
  outsourced: boolean;
  cells: { day: string; shift: number | null }[];
}
export interface Roster {
  days: string[];
  rows: RosterRow[];
}
export interface Rotation {
  from: string;
  to: string;
  people: number[];
  shifts: (number | null)[];
  every_days: number;
}
