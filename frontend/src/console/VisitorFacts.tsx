import type { ComponentChildren } from 'preact';
import type { VisitorFile } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import { shortTime } from './elapsed';
import { number } from './numbers';
import { Referrer } from './Referrer';

type Props = { file: VisitorFile };

/** What we know of the visitor and of this visit (V-08, V-10). */
export function VisitorFacts({ file }: Props) {
  const { card, visit, is_here } = file;
  return (
    <dl class="facts">
      <Fact name={t('Customer number')}>{card.number}</Fact>
      <Fact name={t('Visits')}>{number(card.visits_count)}</Fact>
      <Fact name={t('First visit')}>
        <Moment at={card.first_seen_at} />
      </Fact>
      {visit && (
        <>
          <Fact name={is_here ? t('On the site since') : t('Last visit')}>
            <Moment at={visit.began_at} />
          </Fact>
          <Fact name={t('Came from')}>
            <Referrer visit={visit} />
          </Fact>
          {visit.location && <Fact name={t('Place')}>{visit.location}</Fact>}
          {visit.ip && <Fact name={t('IP address')}>{visit.ip}</Fact>}
          {visit.device && <Fact name={t('Device')}>{visit.device}</Fact>}
          {visit.language && <Fact name={t('Language')}>{visit.language}</Fact>}
          {visit.zone && <Fact name={t('Time zone')}>{visit.zone}</Fact>}
          {visit.screen && <Fact name={t('Screen')}>{visit.screen}</Fact>}
        </>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt class="facts__name">{name}</dt>
      <dd class="facts__value">{children}</dd>
    </div>
  );
}

function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {shortTime(at)}
    </time>
  );
}
