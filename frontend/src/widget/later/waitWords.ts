import type { Queue } from '../../shared/events';
import { t, tn } from '../../shared/i18n';

/** How long it may take, no more exact than it is known. */
export function waitWords({ from, to }: NonNullable<Queue['wait']>): string {
  const least = Math.floor(from / 60);
  const most = Math.max(1, Math.ceil(to / 60));
  if (least >= 60) return t('The wait is more than an hour.');
  if (least === 0)
    return tn('The wait is up to {n} minute.', 'The wait is up to about {n} minutes.', most);
  if (least === most)
    return tn('The wait is about {n} minute.', 'The wait is about {n} minutes.', most);
  return t('The wait is about {from} to {to} minutes.', { from: least, to: most });
}
