import type { PresentVisitor } from '../shared/events';
import type { ColumnName, Sort } from './visitorColumns';
import { visitorName } from './visitorName';

export const STATES = ['waiting', 'talking', 'inviting', 'browsing'] as const;
export type VisitorState = (typeof STATES)[number];

/** What somebody looks for among those on the site (V-13, V-16, V-21). */
export type VisitorFilter = {
  text: string;
  state: VisitorState | 'all';
  kind: 'all' | 'new' | 'returning';
  page: string;
};

export const EVERYBODY: VisitorFilter = { text: '', state: 'all', kind: 'all', page: '' };

export function stateOf({ conversation, invitation }: PresentVisitor): VisitorState {
  if (!conversation) return invitation ? 'inviting' : 'browsing';
  return conversation.state === 'waiting' ? 'waiting' : 'talking';
}

/** The numbers of those who pass, in order, and how many there are of each state before that is asked. */
export function ordered(visitors: PresentVisitor[], filter: VisitorFilter, sort: Sort) {
  const passing = visitors.filter((visitor) => passes(visitor, filter));
  const counts = { all: passing.length, waiting: 0, talking: 0, inviting: 0, browsing: 0 };
  for (const visitor of passing) counts[stateOf(visitor)] += 1;
  const shown = passing.filter(
    (visitor) => filter.state === 'all' || stateOf(visitor) === filter.state,
  );
  return { counts, ids: shown.sort(by(sort)).map((visitor) => visitor.id) };
}

function passes(visitor: PresentVisitor, { text, kind, page }: VisitorFilter): boolean {
  if (kind !== 'all' && visitor.visits_count > 1 !== (kind === 'returning')) return false;
  if (page && !pageText(visitor).includes(page.trim().toLowerCase())) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 || words.every((word) => everything(visitor).includes(word));
}

function everything(visitor: PresentVisitor): string {
  const { ip, device, location, referrer, language, search } = visitor;
  const parts = [visitorName(visitor), ip, device, location, referrer, language, search?.words];
  return `${parts.join('\n').toLowerCase()}\n${pageText(visitor)}`;
}

function pageText({ page }: PresentVisitor): string {
  return page ? `${page.title}\n${page.url}`.toLowerCase() : '';
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function by({ column, descending }: Sort) {
  const direction = descending ? -1 : 1;
  return (one: PresentVisitor, other: PresentVisitor): number =>
    direction * compared(valueIn(one, column), valueIn(other, column)) ||
    // Among equals the newest comes first.
    other.began_at.localeCompare(one.began_at) ||
    other.id - one.id;
}

function compared(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return collator.compare(String(one), String(other));
}

function valueIn(visitor: PresentVisitor, column: ColumnName): string | number {
  switch (column) {
    case 'visitor':
      return visitorName(visitor);
    case 'state':
      return STATES.indexOf(stateOf(visitor));
    case 'page':
      return visitor.page?.title || visitor.page?.url || '';
    case 'on_site':
      return -Date.parse(visitor.began_at);
    case 'on_page':
      return -Date.parse(visitor.page?.at ?? visitor.began_at);
    case 'referrer':
      return visitor.search?.engine || visitor.referrer_domain;
    case 'visits':
      return visitor.visits_count;
    case 'began':
      return Date.parse(visitor.began_at);
    default:
      return visitor[column];
  }
}
