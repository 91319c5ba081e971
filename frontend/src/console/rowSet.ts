import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** Rows by number, each a signal of its own: one that changes redraws itself and not the list. */
export class RowSet<R extends { id: number }> {
  readonly #rows = new Map<number, Signal<R>>();
  readonly #ids: Signal<readonly number[]> = signal([]);

  /** The numbers there are; changes only when one comes or goes. */
  get ids(): ReadonlySignal<readonly number[]> {
    return this.#ids;
  }

  row(id: number): ReadonlySignal<R> | undefined {
    return this.#rows.get(id);
  }

  rows(): R[] {
    return this.#ids.value.flatMap((id) => this.#rows.get(id)?.value ?? []);
  }

  has(id: number): boolean {
    return this.#rows.has(id);
  }

  put(row: R): void {
    const known = this.#rows.get(row.id);
    if (known) known.value = row;
    else {
      this.#rows.set(row.id, signal(row));
      this.#ids.value = [...this.#ids.peek(), row.id];
    }
  }

  remove(id: number): void {
    if (this.#rows.delete(id)) this.#ids.value = this.#ids.peek().filter((other) => other !== id);
  }

  /** Changes the row if it is there. */
  change(id: number, change: (row: R) => R): void {
    const row = this.#rows.get(id);
    if (row) row.value = change(row.peek());
  }

  changeAll(change: (row: R) => R): void {
    for (const row of this.#rows.values()) row.value = change(row.peek());
  }

  /** Makes these the rows there are; those who stay keep their signal. */
  replace(rows: R[]): void {
    const there = new Set(rows.map((row) => row.id));
    for (const id of [...this.#rows.keys()]) if (!there.has(id)) this.#rows.delete(id);
    for (const row of rows) {
      const known = this.#rows.get(row.id);
      if (known) known.value = row;
      else this.#rows.set(row.id, signal(row));
    }
    this.#ids.value = rows.map((row) => row.id);
  }
}
