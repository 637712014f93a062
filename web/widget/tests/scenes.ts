// Talks of an invented shop, to be looked at.
import { type Desk, png } from './desk';

const DAY = 86_400_000;

export function busyTalk(desk: Desk): void {
  desk.files.push({ type: 'image/png', body: png(640, 480, [196, 160, 120]) });
  desk.files.push({ type: 'audio/wav', body: wav(4) });
  desk.files.push({ type: 'image/png', body: png(120, 120, [150, 175, 160]) });
  desk.take('小满');
  const old = Date.now() - DAY;
  desk.say('你好，橡木书架 80 厘米的还有货吗？', { from: 'buyer', client_id: 'a1', at: old });
  desk.say('您好，欢迎光临云杉家居，客服马上就来，请您稍等。', { from: 'auto', at: old + 1000 });
  desk.put({ kind: 'system', from: 'system', body: { event: 'assigned', name: '小满' }, at: old + 9000 } as never);
  desk.say('您好，有货的，今天 16:00 前付款当天就能发出。', { at: old + 20_000, quote: 1 });
  desk.put({ kind: 'product', body: { product: 31, sku: 4, title: '橡木实木书架 简约落地置物架', spec: '原木色 / 80 cm', price_fen: 45900, picture: 3 }, at: old + 30_000 } as never);
  desk.put({ kind: 'system', from: 'system', body: { event: 'timed_out' }, at: old + 900_000 } as never);
  desk.say('收到了，但是有一块层板边上磕了一下', { from: 'buyer', client_id: 'a2' });
  desk.put({ kind: 'image', from: 'buyer', client_id: 'a3', body: { file: 1, width: 640, height: 480, size: 120_000 } } as never);
  desk.say('很抱歉给您添麻烦了。您看是给您补发一块层板，还是按差价退一部分？处理说明在这里 https://help.example.com/after-sale?id=7 ，您可以先看一下。');
  desk.put({ kind: 'voice', body: { file: 2, ms: 12_000, size: 30_000 } } as never);
  desk.put({ kind: 'voice', from: 'buyer', client_id: 'a4', body: { file: 2, ms: 4_000, size: 9_000 } } as never);
  desk.put({ kind: 'file', body: { file: 2, name: '层板安装说明（2026 版）.pdf', size: 842_000, type: 'application/pdf' } } as never);
  desk.say('补发一块吧，地址不变', { from: 'buyer', client_id: 'a5' });
  desk.agentRead = desk.log.length;
  desk.say('谢谢', { from: 'buyer', client_id: 'a6' });
}

/** A quiet tone of so many seconds. */
export function wav(seconds: number): Buffer {
  const rate = 8000;
  const data = Buffer.alloc(rate * seconds);
  for (let at = 0; at < data.length; at += 1) data[at] = 128 + 30 * Math.sin(at / 4);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

export function cards(desk: Desk): void {
  desk.take('小满');
  desk.say('麻烦您核对一下补发的信息', {});
  desk.put({
    kind: 'order',
    body: {
      order: 9, number: '20261121-0087', lines: [
        { title: '橡木实木书架层板（补发）', spec: '原木色 / 80 cm', quantity: 1, price_fen: 0 },
        { title: '防撞角贴', spec: '透明', quantity: 4, price_fen: 250 },
      ],
      total_fen: 1000, receiver: '林**', address: '浙江省杭州市西湖区文*路***号', pay: '已付款', ship: '中通快递', confirm: true, answer: null, note: null, answered_at: null,
    },
  } as never);
  desk.put({ kind: 'coupon', body: { title: '老顾客专享券', amount_fen: 3000, floor_fen: 29900, code: 'YS-3K7P-22', until: Date.now() + 9 * DAY } } as never);
  desk.put({ kind: 'form', body: { title: '层板尺寸登记', fields: [
    { name: 'size', title: '层板长度', kind: 'choice', choices: ['60 cm', '80 cm', '100 cm'], required: true },
    { name: 'note', title: '备注', kind: 'text', choices: null, required: false },
  ], answers: null } } as never);
}
