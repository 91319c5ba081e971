import type { ReadonlySignal } from '@preact/signals';
import type { PresentVisitor } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { minuteClock, secondsSince, shortDuration } from './elapsed';
import { number } from './numbers';
import { Referrer } from './Referrer';
import { hashOf } from './route';
import { visitorName } from './visitorName';
import './VisitorLine.css';

type Props = { desk: Desk; visitor: ReadonlySignal<PresentVisitor> };

export function VisitorLine({ desk, visitor: signal }: Props) {
  const visitor = signal.value;
  const current = desk.route.place.value.id === visitor.id;
  return (
    <tr class={current ? 'visitor-line visitor-line--current' : 'visitor-line'}>
      <td class="visitor-line__name">
        <a
          class="visitor-line__link"
          href={hashOf({ tab: 'visitors', id: visitor.id })}
          aria-current={current ? 'true' : undefined}
          dir="auto"
        >
          {visitorName(visitor)}
        </a>
      </td>
      <td class="visitor-line__page">
        {visitor.page && (
          <a
            href={visitor.page.url}
            target="_blank"
            rel="noopener noreferrer nofollow"
            title={visitor.page.url}
            dir="auto"
          >
            {visitor.page.title || visitor.page.url}
          </a>
        )}
      </td>
      <td class="visitor-line__time">
        <Stay since={visitor.began_at} />
      </td>
      <td>{visitor.referrer ? <Referrer visit={visitor} /> : t('Direct visit')}</td>
      <td>{visitor.device}</td>
      <td>{visitor.ip}</td>
      <td>{number(visitor.visits_count)}</td>
    </tr>
  );
}

function Stay({ since }: { since: string }) {
  // Two thousand of these must not be redrawn every second.
  const seconds = secondsSince(since, minuteClock.value + 59_999);
  return (
    <time dateTime={since} title={fullTime(since)}>
      {shortDuration(Math.max(60, seconds))}
    </time>
  );
}
