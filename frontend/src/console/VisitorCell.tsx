import type { ReadonlySignal } from '@preact/signals';
import type { PresentVisitor } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import { shortAddress } from './addresses';
import type { Desk } from './desk';
import { shortTime } from './elapsed';
import { number } from './numbers';
import { PageLink } from './PageLink';
import { Referrer } from './Referrer';
import { hashOf } from './route';
import { Ticking } from './Ticking';
import { VerifiedMark } from './VerifiedMark';
import type { ColumnName } from './visitorColumns';
import { visitorName } from './visitorName';
import { stateOf } from './visitorOrder';
import { stateWords } from './visitorWords';

type Props = { desk: Desk; visitor: ReadonlySignal<PresentVisitor>; column: ColumnName };

/** What one column says of one visitor (V-05…V-10). */
export function VisitorCell({ desk, visitor: signal, column }: Props) {
  const visitor = signal.value;
  switch (column) {
    case 'visitor':
      return <Who desk={desk} visitor={visitor} />;
    case 'state':
      return <State desk={desk} visitor={visitor} />;
    case 'page':
      return visitor.page && <Where page={visitor.page} />;
    case 'on_site':
      return <Ticking since={visitor.began_at} />;
    case 'on_page':
      return visitor.page && <Ticking since={visitor.page.at} />;
    case 'referrer':
      return <Referrer visit={visitor} />;
    case 'location':
      return <span title={visitor.ip}>{visitor.location || t('Unknown')}</span>;
    case 'visits':
      return <>{number(visitor.visits_count)}</>;
    case 'began':
      return (
        <time dateTime={visitor.began_at} title={fullTime(visitor.began_at)}>
          {shortTime(visitor.began_at)}
        </time>
      );
    default:
      return <span title={visitor[column]}>{visitor[column]}</span>;
  }
}

function Who({ desk, visitor }: { desk: Desk; visitor: PresentVisitor }) {
  const current = desk.route.place.value.id === visitor.id;
  return (
    <>
      <a
        class="visitor-line__link"
        href={hashOf({ tab: 'visitors', id: visitor.id })}
        aria-current={current ? 'true' : undefined}
        title={t('Customer number {number}', { number: visitor.number })}
        dir="auto"
      >
        {visitorName(visitor)}
      </a>
      {visitor.verified && <VerifiedMark />}
    </>
  );
}

function Where({ page }: { page: NonNullable<PresentVisitor['page']> }) {
  const address = shortAddress(page.url);
  return (
    <>
      <PageLink url={page.url}>{page.title || address}</PageLink>
      {page.title && <span class="visitor-line__address">{address}</span>}
    </>
  );
}

function State({ desk, visitor }: { desk: Desk; visitor: PresentVisitor }) {
  const state = stateOf(visitor);
  const words = stateWords(visitor, desk.config.me.id);
  const mark = (
    <span class={`visitor-state visitor-state--${state}`} title={words}>
      {words}
    </span>
  );
  const conversation = visitor.conversation;
  const mayOpen =
    conversation && (state === 'waiting' || desk.conversations.rows.has(conversation.id));
  if (!mayOpen) return mark;
  return <a href={hashOf({ tab: 'chats', id: conversation.id })}>{mark}</a>;
}
