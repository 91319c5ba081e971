import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** Rows by number, each a signal of its own: one that changes redraws itself and not the list. */
export class RowSet<R extends { id: number }> {
  readonly #rows = new Map<number, Signal<R>>();
  readonly #ids: Signal<readonly number[]> = signal([]);
  readonly #changes = signal(0);

  /** The numbers there are; changes only when one comes or goes. */
  get ids(): ReadonlySignal<readonly number[]> {
    return this.#ids;
  }

  /** Grows with every change: for who orders thousands of rows, and looks now and then. */
  get changes(): ReadonlySignal<number> {
    return this.#changes;
  }

  row(id: number): ReadonlySignal<R> | undefined {
    return this.#rows.get(id);
  }

  /** All rows, followed one by one. */
  rows(): R[] {
    return this.#ids.value.flatMap((id) => this.#rows.get(id)?.value ?? []);
  }

  /** All rows as they are now. */
  peek(): R[] {
    return [...this.#rows.values()].map((row) => row.peek());
  }

  has(id: number): boolean {
    return this.#rows.has(id);
  }

  put(...rows: R[]): void {
    const fresh = rows.filter((row) => !this.#set(row)).map((row) => row.id);
    if (fresh.length > 0) this.#ids.value = [...this.#ids.peek(), ...new Set(fresh)];
    this.#changed();
  }

  remove(...ids: number[]): void {
    const gone = new Set(ids.filter((id) => this.#rows.delete(id)));
    if (gone.size > 0) this.#ids.value = this.#ids.peek().filter((id) => !gone.has(id));
    this.#changed();
  }

  /** Changes the row if it is there. */
  change(id: number, change: (row: R) => R): void {
    const row = this.#rows.get(id);
    if (!row) return;
    row.value = change(row.peek());
    this.#changed();
  }

  changeAll(change: (row: R) => R): void {
    for (const row of this.#rows.values()) row.value = change(row.peek());
    this.#changed();
  }

  /** Makes these the rows there are; those who stay keep their signal. */
  replace(rows: R[]): void {
    const there = new Set(rows.map((row) => row.id));
    for (const id of [...this.#rows.keys()]) if (!there.has(id)) this.#rows.delete(id);
    for (const row of rows) this.#set(row);
    this.#ids.value = rows.map((row) => row.id);
    this.#changed();
  }

  /** Whether it was there. */
  #set(row: R): boolean {
    const known = this.#rows.get(row.id);
    if (known) known.value = row;
    else this.#rows.set(row.id, signal(row));
    return known !== undefined;
  }

  #changed(): void {
    this.#changes.value = this.#changes.peek() + 1;
  }
}
