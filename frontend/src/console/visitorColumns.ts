import { t } from '../shared/i18n';

/** All there is to know of somebody on the site, in the order it stands (V-15). */
export const COLUMNS = [
  'visitor',
  'state',
  'page',
  'on_site',
  'on_page',
  'referrer',
  'location',
  'device',
  'visits',
  'language',
  'began',
  'zone',
  'screen',
  'ip',
] as const;
export type ColumnName = (typeof COLUMNS)[number];

export const USUAL_COLUMNS: readonly ColumnName[] = COLUMNS.slice(0, 9);

export type Sort = { column: ColumnName; descending: boolean };

/** Those in conversation first (V-14). */
export const USUAL_SORT: Sort = { column: 'state', descending: false };

/** How much of the width each may take. */
export const WIDTHS: Record<ColumnName, string> = {
  visitor: 'minmax(8rem, 2fr)',
  state: 'minmax(8rem, 1.5fr)',
  page: 'minmax(9rem, 3fr)',
  on_site: '7rem',
  on_page: '7rem',
  referrer: 'minmax(6rem, 1.75fr)',
  location: 'minmax(6rem, 1.5fr)',
  device: 'minmax(6rem, 1.75fr)',
  visits: '4.5rem',
  language: '5.5rem',
  began: '6rem',
  zone: 'minmax(6rem, 1.25fr)',
  screen: '6rem',
  ip: '8.5rem',
};

export function columnName(column: ColumnName): string {
  switch (column) {
    case 'visitor':
      return t('Visitor');
    case 'state':
      return t('State');
    case 'page':
      return t('Page');
    case 'on_site':
      return t('On the site');
    case 'on_page':
      return t('On the page');
    case 'referrer':
      return t('Came from');
    case 'location':
      return t('Place');
    case 'device':
      return t('Device');
    case 'visits':
      return t('Visits');
    case 'language':
      return t('Language');
    case 'began':
      return t('Came at');
    case 'zone':
      return t('Time zone');
    case 'screen':
      return t('Screen');
    case 'ip':
      return t('IP address');
  }
}
