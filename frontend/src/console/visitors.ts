import type { PresentVisitor, ServerEvent } from '../shared/events';
import { RowSet } from './rowSet';

type Changes = Extract<ServerEvent, { name: 'visitors_changed' }>;

export type VisitorsOptions = {
  maySee: () => boolean;
  /** A change is missing: the whole list is needed. */
  onHole: () => void;
};

/** Who is on the sites right now, kept in step by numbered changes (V-05). */
export class Visitors {
  readonly rows = new RowSet<PresentVisitor>();
  readonly #options: VisitorsOptions;
  #version = 0;

  constructor(options: VisitorsOptions) {
    this.#options = options;
  }

  /** The server's word on all who are here. */
  replace(visitors: PresentVisitor[], version: number): void {
    this.#version = version;
    this.rows.replace(visitors);
  }

  hear(event: ServerEvent): void {
    switch (event.name) {
      case 'visitors_changed':
        return this.#take(event);
      case 'visitor_arrived':
        if (this.#options.maySee()) this.rows.put(event.visitor);
        return;
      case 'visitor_moved':
        return this.#move(event.visitor_id, event.page);
      case 'visitor_left':
      case 'visitor_erased':
        return this.rows.remove(event.visitor_id);
      case 'card_saved':
        return this.rows.change(event.visitor.id, (row) => ({ ...row, ...event.visitor }));
      default:
        return;
    }
  }

  /** Those of the event who were not here before. */
  arrivedIn(event: ServerEvent): PresentVisitor[] {
    const here =
      event.name === 'visitors_changed'
        ? event.here
        : event.name === 'visitor_arrived'
          ? [event.visitor]
          : [];
    return this.#options.maySee() ? here.filter((visitor) => !this.rows.has(visitor.id)) : [];
  }

  #take({ version, here, moved, gone }: Changes): void {
    if (!this.#options.maySee() || version <= this.#version) return;
    if (version > this.#version + 1) return this.#options.onHole();
    this.#version = version;
    this.rows.remove(...gone);
    this.rows.put(...here);
    for (const { visitor_id, page } of moved) this.#move(visitor_id, page);
  }

  #move(visitor_id: number, page: PresentVisitor['page']): void {
    this.rows.change(visitor_id, (row) => ({ ...row, page }));
  }
}
