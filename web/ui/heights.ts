// The heights of very many rows: sums and changes in logarithmic time (a Fenwick tree), so that one measured row among
// fifty thousand costs nothing. Rows are numbered from 0; a row nobody measured has the estimated height.

export class Heights {
  private size = new Float64Array(0);
  private tree = new Float64Array(1);

  constructor(private readonly estimate: number) {}

  /** Makes room for rows 0..n-1. */
  ensure(n: number): void {
    if (n <= this.size.length) return;
    let room = Math.max(256, this.size.length);
    while (room < n) room *= 2;
    const size = new Float64Array(room).fill(this.estimate);
    size.set(this.size);
    const tree = new Float64Array(room + 1);
    for (let i = 1; i <= room; i++) {
      tree[i] = tree[i]! + size[i - 1]!;
      const up = i + (i & -i);
      if (up <= room) tree[up] = tree[up]! + tree[i]!;
    }
    this.size = size;
    this.tree = tree;
  }

  of(row: number): number {
    return this.size[row] ?? this.estimate;
  }

  /** Sets the height of a row; gives the difference. */
  set(row: number, height: number): number {
    this.ensure(row + 1);
    const delta = height - this.size[row]!;
    if (delta === 0) return 0;
    this.size[row] = height;
    for (let i = row + 1; i < this.tree.length; i += i & -i) this.tree[i] = this.tree[i]! + delta;
    return delta;
  }

  /** The height of rows 0..row-1 together. */
  before(row: number): number {
    let sum = 0;
    for (let i = Math.min(row, this.size.length); i > 0; i -= i & -i) sum += this.tree[i]!;
    return sum + Math.max(0, row - this.size.length) * this.estimate;
  }

  /** The row that stands at `offset` (from row 0). */
  at(offset: number): number {
    let row = 0;
    let rest = offset;
    for (let step = this.size.length; step >= 1; step = Math.floor(step / 2)) {
      const next = row + step;
      if (next <= this.size.length && this.tree[next]! <= rest) {
        row = next;
        rest -= this.tree[next]!;
      }
    }
    return row;
  }
}
