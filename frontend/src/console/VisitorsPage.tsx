import { t, tn } from '../shared/i18n';
import type { Desk } from './desk';
import { number } from './numbers';
import { useSlowly } from './useSlowly';
import { VisitorLine } from './VisitorLine';
import './VisitorsPage.css';

type Props = { desk: Desk };

/** Who is on the site right now, and on which page (V-05…V-08). */
export function VisitorsPage({ desk }: Props) {
  const ids = useSlowly(desk.visitors.ids, 300);
  return (
    <section class="visitors-page" aria-label={t('Site visitors')}>
      <header class="visitors-page__header">
        <h2 class="visitors-page__title">{t('Site visitors')}</h2>
        <span class="visitors-page__count">
          {tn('{n} visitor on the site', '{n} visitors on the site', ids.length, {
            n: number(ids.length),
          })}
        </span>
      </header>
      <div class="visitors-page__scroll">
        {ids.length === 0 ? (
          <p class="visitors-page__empty">
            {t('Nobody is on the site right now. Visitors appear here by themselves.')}
          </p>
        ) : (
          <table class="visitors-page__table">
            <thead>
              <tr>
                <th scope="col">{t('Visitor')}</th>
                <th scope="col">{t('Page')}</th>
                <th scope="col">{t('Time on site')}</th>
                <th scope="col">{t('Came from')}</th>
                <th scope="col">{t('Device')}</th>
                <th scope="col">{t('IP address')}</th>
                <th scope="col">{t('Visits')}</th>
              </tr>
            </thead>
            <tbody>
              {[...ids].reverse().map((id) => {
                const visitor = desk.visitors.row(id);
                return visitor && <VisitorLine key={id} desk={desk} visitor={visitor} />;
              })}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
