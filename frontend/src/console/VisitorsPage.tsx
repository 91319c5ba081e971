import { useMemo, useState } from 'preact/hooks';
import { t, tn } from '../shared/i18n';
import type { Desk } from './desk';
import { FirstSteps } from './FirstSteps';
import { number } from './numbers';
import { useSlowly } from './useSlowly';
import { VisitorFilters } from './VisitorFilters';
import { VisitorTable } from './VisitorTable';
import { EVERYBODY, ordered } from './visitorOrder';
import './VisitorsPage.css';

type Props = { desk: Desk };

/** Who is on the site right now, and on which page (V-05…V-08). */
export function VisitorsPage({ desk }: Props) {
  const { rows } = desk.visitors;
  const changes = useSlowly(rows.changes, 500);
  const [filter, setFilter] = useState(EVERYBODY);
  const sort = desk.preferences.sort.value;
  const { ids, counts } = useMemo(
    () => ordered(rows.peek(), filter, sort),
    [changes, filter, sort],
  );
  const total = rows.ids.value.length;
  return (
    <section class="visitors-page" aria-label={t('Site visitors')}>
      <header class="visitors-page__header">
        <h2 class="visitors-page__title">{t('Site visitors')}</h2>
        <span class="visitors-page__count">
          {total > 0 && ids.length === total
            ? tn('{n} visitor on the site', '{n} visitors on the site', total)
            : total > 0 &&
              t('{shown} of {total}', { shown: number(ids.length), total: number(total) })}
        </span>
      </header>
      {total > 0 && (
        <VisitorFilters desk={desk} filter={filter} counts={counts} onFilter={setFilter} />
      )}
      {total === 0 && desk.ready.value && <NobodyHere desk={desk} />}
      {total > 0 && ids.length === 0 && (
        <p class="visitors-page__empty">
          {t('Nobody on the site is like that.')}{' '}
          <button class="text-button" type="button" onClick={() => setFilter(EVERYBODY)}>
            {t('Show everybody')}
          </button>
        </p>
      )}
      {ids.length > 0 && <VisitorTable desk={desk} ids={ids} filter={filter} />}
    </section>
  );
}

function NobodyHere({ desk }: Props) {
  return (
    <div class="visitors-page__nobody">
      <p class="visitors-page__empty">
        {t('Nobody is on the site right now. Visitors appear here by themselves.')}
      </p>
      {desk.config.site_key && <FirstSteps desk={desk} />}
    </div>
  );
}
