import type { VisitorFile } from '../shared/events';
import { fullTime } from '../shared/format';
import { t, tn } from '../shared/i18n';
import { secondsSince, shortDuration, shortTime } from './elapsed';
import './VisitsList.css';

type Props = { file: VisitorFile };

/** How often he has been here, the last time first (V-02). */
export function VisitsList({ file }: Props) {
  const { visits } = file;
  if (visits.length === 0) return <p>{t('No visits yet.')}</p>;
  return (
    <ol class="visits">
      {visits.map((visit, index) => (
        <li key={visit.id} class="visits__visit">
          <time dateTime={visit.began_at} title={fullTime(visit.began_at)}>
            {shortTime(visit.began_at)}
          </time>
          <span class="visits__facts">
            {[
              index === 0 && file.is_here
                ? t('now')
                : shortDuration(secondsSince(visit.began_at, Date.parse(visit.last_seen_at))),
              tn('{n} page', '{n} pages', visit.pages),
              visit.referrer_domain,
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </li>
      ))}
    </ol>
  );
}
