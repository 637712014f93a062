// What is kept of customers beyond who they are: tags, consent, segments, reports, plans. Money is whole fen, times are
// ms UTC.
import type { Schemas, Whole } from "./typed";

export type Tag = Whole<Schemas["Tag"]>;
export type TagCount = Whole<Schemas["TagCount"]>;
export const TAG_COLORS = ["grey", "blue", "green", "amber", "red"] as const;
export type TagColor = (typeof TAG_COLORS)[number];
export const CHANNELS = ["sms", "mail", "phone", "member_group"] as const;
export type Channel = (typeof CHANNELS)[number];
export const CONSENT_STATES = ["given", "refused", "unknown"] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];
export const CONSENT_SOURCES = ["talk", "call", "form", "membership", "paper", "reply", "other"] as const;
export type ConsentSource = (typeof CONSENT_SOURCES)[number];
/** What a buyer said of being contacted; `replaced_at` is null while it is in force. */
export interface Consent {
  id: number;
  channel: Channel;
  state: ConsentState;
  said_at: number;
  source: ConsentSource;
  proof: string;
  written_by: number;
  written_at: number;
  replaced_at: number | null;
  by: string | null;
}
export interface ConsentDraft {
  channel: Channel;
  state: ConsentState;
  source: ConsentSource;
  proof: string;
  said_at: number | null;
}

export interface Span {
  min: number | null;
  max: number | null;
}
export interface Region {
  province: string;
  city: string | null;
}
/** All conditions hold, and of a list any one does; what is null or empty asks nothing. */
export interface SegmentRule {
  recency_days: Span | null;
  orders: Span | null;
  spent_fen: Span | null;
  problems: Span | null;
  levels: number[];
  vip: boolean | null;
  tags: number[];
  without_tags: number[];
  skus: number[];
  regions: Region[];
  consent: Channel[];
}
export interface Segment {
  id: number;
  name: string;
  rule: SegmentRule;
  made_by: number;
  made_at: number;
  changed_at: number;
}
export interface Member {
  id: number;
  name: string;
  level: number;
  vip: boolean;
  spent_fen: number;
  orders: number;
  last_paid_at: number;
}
export interface SegmentCount {
  count: number;
  sample: Member[];
}
export interface RegionCount {
  province: string;
  city: string;
  customers: number;
}
export type BuyersReport = Whole<Schemas["BuyersReport"]>;
export type MemberLevel = Whole<Schemas["MemberLevel"]>;

export interface PlanDone {
  id: number;
  due_at: number;
  done_at: number;
  done_by: number;
  note: string;
}
export interface Plan {
  id: number;
  customer: number;
  name: string;
  vip: boolean;
  what: string;
  every_days: number | null;
  due_at: number;
  state: "overdue" | "today" | "coming" | "ended";
  person: number | null;
  person_name: string | null;
  done: PlanDone[];
  ended_at: number | null;
}
export interface PlanDraft {
  what: string;
  every_days: number | null;
  due_at: number;
  person: number | null;
}
export const ENTRY_KINDS = ["quality", "after_sale", "praise", "other"] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];
export interface EntryDraft {
  kind: EntryKind;
  text: string;
  order_number: string;
}
export interface Entry extends EntryDraft {
  id: number;
  written_by: number;
  written_at: number;
  by: string | null;
}
export type Side = "into" | "from";
export type JoinPreview = Whole<Schemas["JoinPreview"]>;
export type Join = Whole<Schemas["Join"]>;
export interface JoinDraft {
  from: number;
  name: Side;
  level: Side;
  real_name: Side;
  phone: Side;
  address: Side;
}
