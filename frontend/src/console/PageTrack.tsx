import type { VisitorFile } from '../shared/events';
import { fullTime, timeOfDay } from '../shared/format';
import { t } from '../shared/i18n';
import { shortAddress } from './addresses';
import { PageLink } from './PageLink';
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
          <span class="page-track__where">
            <PageLink url={page.url} current={index === 0 && file.is_here}>
              {page.title || page.url}
            </PageLink>
            {page.title && <span class="page-track__address">{shortAddress(page.url)}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
