import type { VisitorFile } from '../shared/events';
import { fullTime, timeOfDay } from '../shared/format';
import { t } from '../shared/i18n';
import './PageTrack.css';

type Props = { file: VisitorFile };

/** Page by page, the newest first (V-06). */
export function PageTrack({ file }: Props) {
  const pages = [...file.pages].reverse();
  if (pages.length === 0) return <p>{t('No page seen yet.')}</p>;
  return (
    <ol class="page-track">
      {pages.map((page, index) => (
        <li key={`${page.at} ${page.url}`} class="page-track__page">
          <time class="page-track__time" dateTime={page.at} title={fullTime(page.at)}>
            {timeOfDay(page.at)}
          </time>
          <a
            class="page-track__link"
            href={page.url}
            target="_blank"
            rel="noopener noreferrer nofollow"
            title={page.url}
            dir="auto"
            aria-current={index === 0 && file.is_here ? 'true' : undefined}
          >
            {page.title || page.url}
          </a>
        </li>
      ))}
    </ol>
  );
}
