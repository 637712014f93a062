// A desk that speaks the buyer's door of docs/sockets.md, for the browser tests only.
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import type { Entry, Message, Phase, Place, Shop } from '../protocol';

export const PAGE = 'http://localhost:7777/';
const BASE = 'http://desk.localhost:7777/widget/v1/';

type Command = Record<string, unknown> & { id: number; do: string };

export class Desk {
  log: Entry[] = [];
  commands: Command[] = [];
  phase: Phase | null = null;
  agent: string | null = null;
  queue: Place | null = null;
  agentRead = 0;
  invite: number | null = null;
  /** Connections are refused while false. */
  up = true;
  /** Takes the next `send` and lets the socket die before the answer. */
  swallow = false;
  /** Refuses every `send` with this code. */
  refuse: string | null = null;
  files: { type: string; body: Buffer }[] = [];
  shop: Shop = {
    name: '云杉家居', open: true, opens_at: null, color: null, limits: { text: 5000, image_bytes: 10 * 1024 * 1024, voice_ms: 60_000 },
    menu: [{ key: 'pre', title: '售前咨询' }, { key: 'in', title: '订单与发货' }, { key: 'after', title: '退换与售后' }],
  };
  private readonly sockets = new Set<WebSocketRoute>();
  private clock = Date.now() - 3_600_000;

  /** The attributes of the page's tag, and the token that `hello` is answered with. */
  tag = '';
  token = 'visitor-1';

  constructor(private readonly script: string) {}

  /** The shop's page with the tag on it, and the doors behind it. */
  async serve(context: BrowserContext, tag = '', body = ''): Promise<void> {
    this.tag = tag;
    const html = (): string => `<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>云杉家居 旗舰店</title></head>
      <body>${body}<script src="${BASE}widget.js" data-shop="demo" ${this.tag} async></script></body></html>`;
    await context.route(PAGE, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html() }));
    await context.route(`${BASE}widget.js`, (route) => route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: readFileSync(this.script) }));
    await context.route(`${BASE}files**`, async (route) => {
      const ask = route.request();
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
      if (ask.method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors });
      const raw = ask.postDataBuffer() ?? Buffer.alloc(0);
      const type = /Content-Type: ([\w/+-]+)/i.exec(raw.toString('latin1'))?.[1] ?? 'application/octet-stream';
      const start = raw.indexOf('\r\n\r\n') + 4;
      this.files.push({ type, body: raw.subarray(start, raw.lastIndexOf('\r\n--')) });
      return route.fulfill({ headers: cors, json: { file: this.files.length, kind: type.split('/')[0], width: 320, height: 240, ms: null, size: raw.length, name: null, type } });
    });
    await context.route(`${BASE}files/**`, (route) => {
      const file = this.files[Number(/files\/(\d+)/.exec(route.request().url())?.[1]) - 1];
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
      if (route.request().method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors });
      if (route.request().headers()['authorization'] !== 'Bearer visitor-1' || !file) return route.fulfill({ status: 404, headers: cors });
      return route.fulfill({ headers: cors, contentType: file.type, body: file.body });
    });
    await context.routeWebSocket(/widget\/v1\/socket/, (socket) => this.join(socket));
  }

  async open(page: Page): Promise<void> {
    await page.goto(PAGE);
    await page.waitForFunction(() => 'Xiaoer' in window);
  }

  push(frame: object): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(frame));
  }

  put(part: Partial<Message> & { kind: string }, silent = false): Message {
    const seq = this.log.length + 1;
    const message = {
      conversation: 91, seq, rev: 1, from: 'agent', name: part.from === 'auto' ? null : '小满', at: this.tick(), client_id: null,
      quote: null, state: 'sent', body: {}, ...part,
    } as Message;
    if (message.from === 'buyer' || message.from === 'system') message.name = null;
    this.log.push(message);
    if (!silent) this.push({ on: 'message', message });
    return message;
  }

  say(text: string, more: Partial<Message> = {}): Message {
    return this.put({ kind: 'text', body: { text }, ...more } as Partial<Message> & { kind: string });
  }

  change(seq: number, part: object): void {
    const held = this.log[seq - 1] as Message;
    this.log[seq - 1] = { ...held, rev: held.rev + 1, ...part } as Message;
    this.push({ on: 'message', message: this.log[seq - 1] });
  }

  take(name: string | null): void {
    this.agent = name;
    this.phase = name === null ? 'queued' : 'open';
    this.push({ on: 'state', state: this.phase });
    this.push({ on: 'agent', name, typing: false });
  }

  cut(): void {
    for (const socket of this.sockets) void socket.close();
    this.sockets.clear();
  }

  done(verb: string): Command[] {
    return this.commands.filter((command) => command.do === verb);
  }

  tick(step = 20_000): number {
    this.clock = Math.min(Date.now(), this.clock + step);
    return this.clock;
  }

  private join(socket: WebSocketRoute): void {
    if (!this.up) {
      void socket.close();
      return;
    }
    this.sockets.add(socket);
    socket.onClose(() => this.sockets.delete(socket));
    socket.onMessage((data) => {
      const command = JSON.parse(String(data)) as Command;
      this.commands.push(command);
      const ok = this.answer(command, socket);
      if (ok) socket.send(JSON.stringify({ re: command.id, ...ok }));
    });
  }

  private answer(command: Command, socket: WebSocketRoute): object | null {
    const seq = Number(command['seq']);
    switch (command.do) {
      case 'hello': {
        const after = command['after'] as number | undefined;
        return {
          ok: {
            visitor: this.token, shop: this.shop, conversation: this.log.length > 0 ? 91 : null, state: this.phase,
            agent: this.agent === null ? null : { name: this.agent }, messages: after === undefined ? this.log.slice(-50) : this.log.slice(after),
            queue: this.queue, agent_read_seq: this.agentRead, invite: this.invite,
          },
        };
      }
      case 'send': {
        if (this.refuse) return { problem: { code: this.refuse, detail: '' } };
        const held = this.log.find((entry) => entry.kind !== 'hidden' && entry.client_id === command['client_id']);
        const { kind, body, client_id, quote } = command;
        const message = held ?? this.put({ kind, body, client_id, quote: quote ?? null, from: 'buyer', at: Date.now() } as never);
        this.phase ??= 'queued';
        if (this.swallow) {
          this.swallow = false;
          void socket.close();
          this.sockets.delete(socket);
          return null;
        }
        return { ok: { message, queue: this.queue } };
      }
      case 'history': {
        const { before, after, limit } = command as { before?: number; after?: number; limit?: number };
        const all = after === undefined ? this.log.slice(0, (before ?? Infinity) - 1).slice(-(limit ?? 50)) : this.log.slice(after, after + (limit ?? 50));
        return { ok: { messages: all } };
      }
      case 'ping':
        return { ok: { at: Date.now() } };
      case 'delivery':
        return { ok: { receiver: '林小叶', phone: '13800001234', address: '浙江省 杭州市 西湖区 竹影路 7号' } };
      case 'recall':
        this.change(seq, { state: 'recalled', body: {} });
        return { ok: { message: this.log[seq - 1] } };
      case 'answer': {
        const held = this.log[seq - 1] as Message;
        const { answer, note, answers } = command;
        this.change(seq, { body: { ...held.body, ...(answers ? { answers } : { answer, note: note ?? null, answered_at: Date.now() }) } });
        return { ok: { message: this.log[seq - 1] } };
      }
      default:
        return { ok: {} };
    }
  }
}

/** A small picture with a gradient, as PNG. */
export function png(width: number, height: number, [r, g, b]: [number, number, number]): Buffer {
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shade = 0.55 + (0.45 * (x + y)) / (width + height);
      rows.set([r * shade, g * shade, b * shade], y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return frame;
}
