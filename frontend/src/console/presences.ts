import type { Presence } from '../shared/events';
import { t } from '../shared/i18n';

export const PRESENCES: readonly Presence[] = ['online', 'busy', 'away', 'invisible', 'offline'];

/** The word people read for a state (CF-02). */
export function presenceName(presence: Presence): string {
  switch (presence) {
    case 'online':
      return t('Online');
    case 'busy':
      return t('Busy');
    case 'away':
      return t('Away');
    case 'invisible':
      return t('Invisible');
    case 'offline':
      return t('Offline');
  }
}
