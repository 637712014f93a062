import { describe, expect, it } from 'vitest';
import type { Entry } from '../protocol';
import { begins, diverged, hasGap, reduce, START, type State, unread, visible } from '../state';
import { Model } from './model';
import { dice } from './random';

const OVERLAP = 30;
const take = (state: State, ...messages: Entry[]): State => reduce(state, { type: 'messages', messages });
const join = (state: State, model: Model, fresh = false): State => {
  const after = fresh || state.conversation === null ? null : Math.max(state.base, state.end - OVERLAP);
  const ok = model.hello(after);
  return diverged(state, ok, after) ? join(state, model, true) : reduce(state, { type: 'hello', ok, fresh });
};
const repair = (state: State, model: Model): State => {
  let now = state;
  while (hasGap(now)) now = take(now, ...model.after(now.end));
  return now;
};
const texts = (state: State): string[] => visible(state).map((message) => (message.kind === 'text' ? (message.body.text ?? '') : ''));

/** What must hold after every single frame. */
function sound(state: State): void {
  for (let seq = state.base + 1; seq <= state.end; seq += 1) if (!state.log.has(seq)) throw new Error(`${seq} is missing`);
  visible(state).reduce((before, { seq }) => {
    if (seq <= before) throw new Error(`${seq} after ${before}`);
    return seq;
  }, state.base);
}

describe('the log', () => {
  it('ends equal to the server after lost, doubled, late and reordered frames', () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const { below, chance, pick, shuffle } = dice(seed);
      const model = new Model();
      for (let old = below(80); old > 0; old -= 1) model.add(pick(['buyer', 'agent']), `old ${old}`);
      let state = join(START, model);
      let flying: Entry[][] = [];
      for (let step = 0; step < 60; step += 1) {
        const recent = Math.max(1, model.last - below(15));
        const act = below(10);
        const made =
          act < 6 || model.last === 0 ? model.add(pick(['buyer', 'agent']), `m${step}`, chance(0.5) ? `c${step}` : null)
          : act < 7 ? model.hide()
          : act < 9 ? model.recall(recent)
          : model.undo(recent);
        // A new number may be lost for good, its gap tells; a change is only late, never lost while the socket lives.
        for (let copies = act < 7 && chance(0.25) ? 0 : 1 + below(3); copies > 0; copies -= 1) flying.push([made]);
        // A page of history is read now and may arrive much later.
        if (hasGap(state) && chance(0.4)) flying.push(model.after(state.end, 1 + below(20)));
        if (chance(0.15)) flying = shuffle(flying);
        while (flying.length > 0 && chance(0.55)) {
          const highest = state.end;
          state = take(state, ...flying.splice(below(flying.length), 1)[0]!);
          sound(state);
          if (state.end < highest) throw new Error('went back');
        }
        if (chance(0.04)) state = join(state, model);
      }
      state = repair(join(state, model), model);
      // Whatever was still under way changes nothing any more.
      for (const late of shuffle(flying)) state = take(state, ...late);
      sound(state);
      expect(visible(state), `seed ${seed}`).toEqual(model.shown(state.base));
    }
  });

  it('shows nothing beyond a gap, and all of it once the gap is read again', () => {
    const model = new Model();
    const [one, two, three] = [model.add('buyer', '在吗'), model.add('agent', '在的'), model.add('agent', '请问需要什么')];
    let state = take(START, one!, three!);
    expect(texts(state)).toEqual(['在吗']);
    expect(hasGap(state)).toBe(true);
    state = take(state, two!);
    expect(texts(state)).toEqual(['在吗', '在的', '请问需要什么']);
    expect(hasGap(state)).toBe(false);
  });

  it('keeps a higher rev against an older copy that comes late', () => {
    const model = new Model();
    const first = model.add('agent', '价格 88 元');
    const state = take(take(START, first), model.recall(1), first);
    expect(visible(state)[0]!.state).toBe('recalled');
  });

  it('never shows again what was undone', () => {
    const model = new Model();
    const first = model.add('agent', '发错了');
    expect(visible(take(START, first, model.undo(1), first))).toEqual([]);
  });

  it('gives up a hole the server cannot fill, and still takes what comes later', () => {
    const model = new Model();
    const [one, two, three] = [model.add('buyer', '1'), model.add('buyer', '2'), model.add('buyer', '3')];
    let state = reduce(take(START, one!, three!), { type: 'skip' });
    expect(texts(state)).toEqual(['1', '3']);
    expect(hasGap(state)).toBe(false);
    state = take(state, two!);
    expect(texts(state)).toEqual(['1', '2', '3']);
  });

  it('adds older pages above and knows when there are no more', () => {
    const model = new Model();
    for (let count = 1; count <= 130; count += 1) model.add('agent', `${count}`);
    let state = join(START, model);
    expect(state.base).toBe(80);
    state = take(state, model.log[10]!);
    expect(state.log.has(11)).toBe(false);
    while (state.base > 0) state = reduce(state, { type: 'older', messages: model.log.slice(Math.max(0, state.base - 50), state.base) });
    expect(visible(state)).toHaveLength(130);
    expect(reduce({ ...state, base: 5 }, { type: 'older', messages: [] }).base).toBe(0);
  });

  it('reads afresh after a restore took messages back', () => {
    const model = new Model();
    for (let count = 1; count <= 60; count += 1) model.add('agent', `${count}`);
    let state = join(START, model);
    model.log.length = 40;
    model.add('agent', 'after the restore');
    state = join(state, model);
    expect(texts(state).at(-1)).toBe('after the restore');
    expect(state.end).toBe(41);
  });

  it('learns on a new socket of a recall made while it was away', () => {
    const model = new Model();
    for (let count = 1; count <= 60; count += 1) model.add('agent', `${count}`);
    const before = join(START, model);
    model.recall(40);
    model.undo(50);
    expect(visible(join(before, model))).toEqual(model.shown(10));
  });

  it('marks itself stale when a message of another conversation comes', () => {
    const state = take(START, new Model(1).add('buyer', 'a'));
    expect(take(state, new Model(2).add('buyer', 'b')).stale).toBe(true);
  });
});

describe('the rest of the state', () => {
  const open = join(START, (() => { const model = new Model(); model.add('buyer', '在吗'); model.add('agent', '在的'); model.hide(); return model; })());

  it('counts as unread what agent and program wrote after the mark', () => {
    expect(unread(open)).toBe(1);
    expect(unread(reduce(open, { type: 'seen', seq: 3 }))).toBe(0);
    expect(reduce(reduce(open, { type: 'seen', seq: 3 }), { type: 'seen', seq: 1 }).ownRead).toBe(3);
  });

  it('lets reading only move forward', () => {
    expect(reduce(reduce(open, { type: 'read', seq: 2 }), { type: 'read', seq: 1 }).agentRead).toBe(2);
  });

  it('takes the place away when the talk is taken', () => {
    const queued = reduce(open, { type: 'queue', queue: { place: 3, wait_s: 120, why: 'vip' } });
    expect(queued.queue?.place).toBe(3);
    expect(reduce(queued, { type: 'queue', queue: { place: 0, wait_s: 0 } }).queue).toBeNull();
    expect(reduce(queued, { type: 'agent', name: '小满', typing: false }).queue).toBeNull();
    expect(reduce(queued, { type: 'phase', phase: 'open' }).queue).toBeNull();
  });

  it('ends typing with the message it announced, and with the line', () => {
    const typing = reduce(open, { type: 'agent', name: '小满', typing: true });
    const model = new Model();
    model.log.push(...open.log.values());
    expect(take(typing, model.add('agent', '好的')).typing).toBe(false);
    expect(reduce(typing, { type: 'status', status: 'waiting' }).typing).toBe(false);
  });

  it('forgets the talk but not the shop', () => {
    const gone = reduce(open, { type: 'forget', another: true });
    expect(visible(gone)).toEqual([]);
    expect(gone.conversation).toBeNull();
    expect(gone.shop).toBe(open.shop);
  });
});

describe('the choice of a topic', () => {
  it('is over once the buyer wrote, also where nobody told a new visitor that their talk began', () => {
    const model = new Model();
    const fresh: State = { ...START, status: 'live', conversation: 91 };
    expect(begins(fresh)).toBe(true);
    expect(begins(take(fresh, model.add('agent', 'welcome')))).toBe(true);
    expect(begins(take(fresh, ...model.after(0), model.add('buyer', 'is it big enough')))).toBe(false);
    expect(begins(reduce(fresh, { type: 'queue', queue: { place: 1 } as never }))).toBe(false);
  });

  it('comes back when the talk is closed', () => {
    const asked = take({ ...START, conversation: 91, phase: 'open' }, new Model().add('buyer', 'hello'));
    expect(begins(asked)).toBe(false);
    expect(begins(reduce(asked, { type: 'phase', phase: 'closed' }))).toBe(true);
  });
});
