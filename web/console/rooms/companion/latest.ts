// The last of several questions counts: an answer that comes after a newer question, or after `forget`, is thrown away.
export interface Latest<A extends unknown[]> {
  ask: (...args: A) => Promise<void>;
  forget: () => void;
}

export function latest<A extends unknown[], T>(find: (...args: A) => Promise<T>, take: (found: T) => void): Latest<A> {
  let round = 0;
  return {
    async ask(...args) {
      const mine = ++round;
      const found = await find(...args);
      if (mine === round) take(found);
    },
    forget: () => void round++,
  };
}
