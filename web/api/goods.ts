// Shapes of what knowledge holds round a product: facts, certificates, warranty, relations, campaigns, the listing
// checklist; and notices and quizzes. The words are in knowledge.ts. Money is whole fen, times are ms UTC.
import type { Coming } from "./deskLists";
import type { Bodies } from "./types";
import type { Schemas, Whole } from "./typed";

export type Product = Whole<Schemas["Product"]>;
export type ProductCard = Bodies["product"];
/** A thing said in both languages. */
export type Both = Record<"zh" | "en", string>;

export interface SizeTable {
  unit: string;
  columns: { name: string; method: string; tolerance: number | null }[];
  rows: { size: string; values: string[] }[];
  note: string;
}
export type Test = Record<"name" | "value" | "unit" | "source", string>;
export interface Facts {
  product: number;
  rev: number;
  category: string;
  features: string[];
  advantages: string[];
  origin: string;
  made_at: number | null;
  shelf_life_days: number | null;
  tests: Test[];
  picture_note: string;
  defects: string;
  competitor_note: string;
  size_table: SizeTable | null;
  changed_at: number | null;
  changed_by: number | null;
}
export type FactsChange = Partial<Omit<Facts, "product" | "changed_at" | "changed_by">>;

/** What buyers see of a product and the console edits. */
export interface Basics {
  title: string;
  picture: string;
  url: string;
  selling_points: string[];
}

/** A row of the sheet in which products are edited. */
export interface ProductRow {
  product: Product;
  facts: Facts;
}

export interface Preorder {
  sku: number;
  product: number;
  product_title: string;
  code: string;
  spec: string;
  ships_at: number;
  note: string;
  late: boolean;
}
export interface SkuStock {
  sku: number;
  code: string;
  spec: string;
  price_fen: number;
  sellable: number;
  active: boolean;
  preorder: { ships_at: number; note: string } | null;
  /** What is under way to the shop, the soonest first. */
  coming: Coming[];
  state: "in_stock" | "preorder" | "out";
}
export type Freshness = "ok" | "expiring" | "expired";
export interface Batch {
  id: number;
  product: number;
  product_title: string;
  sku: number | null;
  code: string;
  made_at: number;
  expires_at: number | null;
  note: string;
  state: Freshness;
  days_left: number | null;
}
export interface BatchDraft {
  code: string;
  made_at: number;
  expires_at: number | null;
  sku: number | null;
  note: string;
}
export const CERTIFICATE_KINDS = ["authentic", "organic", "quality", "safety", "other"] as const;
export interface CertificateDraft {
  kind: (typeof CERTIFICATE_KINDS)[number];
  number: string;
  issuer: string;
  file: number | null;
  expires_at: number | null;
  note: string;
}
export interface Certificate extends CertificateDraft {
  id: number;
  product: number;
  product_title: string;
  state: Freshness;
  days_left: number | null;
}
export interface WarrantyDraft {
  part: string;
  months: number;
  scope: string;
  chargeable: string;
  prices: { item: string; fen: number }[];
}
export interface Warranty extends WarrantyDraft {
  id: number;
  product: number;
}

export const RELATION_KINDS = ["similar", "complement", "bundle", "promotion", "upsell"] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];
export interface RelationDraft {
  kind: RelationKind;
  product: number;
  other: number;
  sku: number | null;
  other_sku: number | null;
  note: string;
  position: number;
}
/** The other product of a relation, as it is sold now. */
export interface Related {
  relation: number;
  kind: RelationKind;
  note: string;
  product: number;
  sku: number | null;
  title: string;
  spec: string | null;
  picture: string | null;
  price_fen: number;
  sellable: number;
  difference_fen: number;
  reverse: boolean;
}
export interface Alternative {
  product: number;
  sku: number;
  code: string;
  title: string;
  spec: string;
  picture: string | null;
  price_fen: number;
  difference_fen: number;
  sellable: number;
  why: ("chosen" | "same_product" | "same_spec" | "same_category" | "price")[];
  card: ProductCard;
}

export const CAMPAIGN_KINDS = ["full_reduction", "gift", "free_freight", "coupon", "fixed_price"] as const;
export type CampaignKind = (typeof CAMPAIGN_KINDS)[number];
export interface Step {
  threshold_fen: number;
  off_fen: number | null;
  gift: string | null;
  price_fen: number | null;
}
export interface CampaignDraft {
  title: string;
  kind: CampaignKind;
  text: string;
  starts_at: number;
  ends_at: number;
  shops: number[] | null;
  products: number[] | null;
  steps: Step[];
  repeats: boolean;
  coupon: string;
  favourite: boolean;
  note: string;
}
export type Running = "coming" | "running" | "ended";
export interface Campaign extends CampaignDraft {
  id: number;
  state: Running;
}
export interface Added {
  product: number;
  sku: number;
  title: string;
  spec: string;
  picture: string | null;
  price_fen: number;
  sellable: number;
}
/** What a running campaign gives for what is chosen so far, and what is missing to its next step. */
export interface Offer {
  /** A hint at following the shop. */
  favourite: boolean;
  campaign: number;
  title: string;
  kind: CampaignKind;
  text: string;
  coupon: string;
  /** What agents should know; for inside only. */
  note: string;
  ends_at: number;
  /** Whether the product that is talked about counts; true when none is. */
  covers: boolean;
  counted_fen: number;
  off_fen: number;
  gift: string | null;
  free_freight: boolean;
  price_fen: number | null;
  next: { threshold_fen: number; missing_fen: number; off_fen: number | null; gift: string | null; free_freight: boolean; add: Added[] } | null;
}
export interface MainPush {
  id: number;
  shop: number | null;
  product: number;
  title: string;
  picture: string | null;
  /** The cheapest of it; null while nothing of it is sold. */
  price_fen: number | null;
  sellable: number;
  starts_at: number;
  ends_at: number;
  position: number;
  note: string;
  state: Running;
}
export interface MainPushDraft {
  shop: number | null;
  product: number;
  starts_at: number;
  ends_at: number;
  position: number;
  note: string;
}
export interface Guide {
  category: string;
  /** What the category is called; one of the shop's own is its own name. */
  title: Both;
  questions: Both[];
  builtin: boolean;
}
export interface Brief {
  product: Product;
  facts: Facts;
  stock: SkuStock[];
  batches: Batch[];
  certificates: Certificate[];
  warranty: Warranty[];
  relations: Related[];
  campaigns: Offer[];
  main_push: MainPush | null;
  alternatives: Alternative[];
  guide: Guide | null;
  card: ProductCard | null;
}
export type RecommendationKind = "alternative" | RelationKind | "main_push" | "guide" | "other";
export interface Recommendation {
  id: number;
  shop: number;
  conversation: number;
  customer: number | null;
  product: number;
  product_title: string;
  sku: number | null;
  kind: RecommendationKind;
  person: number;
  person_name: string;
  at: number;
  bought_at: number | null;
  order: number | null;
}
export interface RecommendationRate {
  person: number;
  name: string;
  recommended: number;
  bought: number;
  rate: number;
}

// ---- listing checklist ----

export interface ListingItem {
  key: string;
  kind: "program" | "person";
  title: Both;
  why: Both;
}
export type ListingState = "passed" | "failed" | "open" | "not_needed";
export interface Listing {
  product: number;
  title: string;
  items: (ListingItem & { state: ListingState; reason: string; note: string; by: number | null; at: number | null; task: number | null })[];
  passed: number;
  total: number;
}
export interface Task {
  id: number;
  product: number;
  product_title: string;
  item: string;
  source: "program" | "person" | "agent";
  reason: string;
  note: string;
  conversation: number | null;
  shop: number | null;
  state: "open" | "done";
  opened_at: number;
  opened_by: number | null;
  opened_by_name: string | null;
  /** Who mends it. */
  owner: number | null;
  owner_name: string | null;
  done_at: number | null;
  done_by: number | null;
  done_by_name: string | null;
  done_note: string;
}

/** How many tasks came, went and stood open in seven days. */
export interface Week {
  from: number;
  to: number;
  opened: number;
  closed: number;
  open: number;
}

// ---- notices and quizzes ----
export const NOTICE_KINDS = ["price_error", "courier_stop", "recall", "other"] as const;
export interface NoticeDraft {
  kind: (typeof NOTICE_KINDS)[number];
  title: string;
  text: string;
  shops: number[] | null;
  until: number | null;
}
export interface Notice extends NoticeDraft {
  id: number;
  issued_at: number;
  /** Null: the program. */
  issued_by: number | null;
  issued_by_name: string | null;
  withdrawn_at: number | null;
  state: "current" | "over" | "withdrawn";
  read_at: number | null;
  read: number;
  concerned: number;
}
export interface Readers {
  read: { person: number; name: string; at: number }[];
  unread: { person: number; name: string }[];
}

export interface QuestionDraft {
  product: number | null;
  text: Both;
  choices: string[];
  answer: number;
  why: string;
}
export interface Question extends QuestionDraft {
  id: number;
  product_title: string | null;
  source: "generated" | "hand";
  active: boolean;
  asked: number;
  right: number;
}
interface AttemptHead {
  id: number;
  person: number;
  started_at: number;
  finished_at: number | null;
  total: number;
  right: number | null;
}
export type AttemptRow = AttemptHead & { person_name: string };
export interface Attempt extends AttemptHead {
  questions: { question: number; product: number | null; text: Both; choices: string[]; given: number | null; answer: number | null; why: string | null }[];
}
export interface Standing {
  person: number;
  name: string;
  attempts: number;
  questions: number;
  right: number;
  rate: number;
  last_at: number | null;
}
