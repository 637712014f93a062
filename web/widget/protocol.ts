// The shapes of the buyer's door, as docs/sockets.md gives them. Nothing here runs.

/** 售前, 售中, 售后. */
export type Stage = 'pre' | 'in' | 'after';

/** A file handle as the server hands it out. */
export type FileId = string | number;

export interface TextBody { text: string }
export interface ImageBody { file: FileId; width: number | null; height: number | null; size: number }
export interface VoiceBody { file: FileId; ms: number | null; size: number }
export interface FileBody { file: FileId; name: string; size: number; type: string }
export interface ProductBody {
  product: FileId;
  sku?: FileId | null;
  title: string;
  spec?: string | null;
  /** Whole fen. */
  price_fen?: number | null;
  /** A file of the server, or an address on the shop's own site. */
  picture?: FileId | null;
}
export interface OrderLine { title: string; spec?: string | null; quantity: number; price_fen: number; flaw?: string | null }
/** Where an order goes, in full. */
export interface Delivery { receiver: string | null; phone: string | null; address: string | null }

export interface OrderBody {
  order: FileId;
  number: string;
  lines: OrderLine[];
  total_fen: number;
  receiver?: string | null;
  address?: string | null;
  pay?: string | null;
  ship?: string | null;
  /** Whether the buyer is asked to confirm. */
  confirm?: boolean;
  answer?: 'confirmed' | 'wrong' | null;
  note?: string | null;
  answered_at?: number | null;
}
export interface CouponBody {
  title: string;
  amount_fen: number;
  floor_fen?: number | null;
  code?: string | null;
  until?: number | null;
}
export interface FormField { name: string; title: string; kind: 'text' | 'choice'; choices?: string[] | null; required?: boolean }
export interface FormBody { title: string; fields: FormField[]; answers?: Record<string, string> | null }
export interface SystemBody {
  event: string;
  name?: string | null;
  group_name?: string | null;
  by?: unknown;
}

export interface Bodies {
  text: TextBody;
  image: ImageBody;
  voice: VoiceBody;
  file: FileBody;
  product: ProductBody;
  order: OrderBody;
  coupon: CouponBody;
  form: FormBody;
  system: SystemBody;
}
export type Kind = keyof Bodies;

interface Envelope {
  conversation: number;
  /** Gapless from 1. */
  seq: number;
  rev: number;
  from: 'buyer' | 'agent' | 'auto' | 'system';
  name: string | null;
  /** Milliseconds UTC. */
  at: number;
  client_id: string | null;
  quote: number | null;
  state: 'sent' | 'recalled' | 'erased';
}
export type Message = { [K in Kind]: Envelope & { kind: K; body: Bodies[K] } }[Kind];

/** A number that is not for the buyer's eyes; it only closes the gap. */
export interface Hidden {
  kind: 'hidden';
  seq: number;
  conversation?: number;
  /** Set by the client alone: the server would not give this number. */
  lost?: boolean;
}
export type Entry = Message | Hidden;

/** What a buyer may send. */
export type SendKind = 'text' | 'image' | 'voice' | 'file' | 'product';

export interface MenuItem { key: Stage; title: string }
export interface Shop {
  name: string;
  open: boolean;
  /** Milliseconds UTC; null when not known. */
  opens_at: number | null;
  menu: MenuItem[];
  color: string | null;
  limits: { text: number; image_bytes: number; voice_ms: number };
}

export type Phase = 'queued' | 'open' | 'closed';
export interface Place { place: number; wait_s: number | null; why?: string | null }

export interface Hello {
  visitor: string;
  shop: Shop;
  conversation: number | null;
  state: Phase | null;
  agent: { name: string } | null;
  messages: Entry[];
  queue: Place | null;
  agent_read_seq: number | null;
  /** Not promised by the contract; used when it is there. */
  buyer_read_seq?: number | null;
  invite: number | null;
}

export interface Problem { code: string; detail?: string; field?: string }

export type Push =
  | { on: 'message'; message: Entry }
  | ({ on: 'queue' } & Place)
  | { on: 'agent'; name: string | null; typing?: boolean }
  | { on: 'read'; seq: number }
  | { on: 'state'; state: Phase }
  | { on: 'invite'; session: number }
  | { on: 'resync' }
  | { on: 'bye'; why: string };

export interface Jwt { jwt: string }
export interface Signed { sub: string; name: string; at: number; mac: string }
export type Identity = Jwt | Signed;

/** What the shop's page says is being looked at. */
export interface PageProduct { product: FileId; title: string; price_fen?: number | null; url?: string | null; picture?: string | null }

/** The answer of the upload door. */
export interface Uploaded {
  file: FileId;
  kind: string;
  width: number | null;
  height: number | null;
  ms: number | null;
  size: number;
  name: string | null;
  type: string | null;
}
