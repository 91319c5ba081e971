import type { Conversation } from '../shared/events';
import { t } from '../shared/i18n';

/** Why a conversation has come to its agent by itself, or null if he took it (R-01…R-05). */
export function reasonFor({ assigned_by }: Conversation): string | null {
  switch (assigned_by) {
    case 'turn':
      return t('Assigned to you: it was your turn');
    case 'load':
      return t('Assigned to you: you had the fewest conversations');
    case 'last_agent':
      return t('Assigned to you: you served this visitor last');
    case 'chosen':
      return t('Assigned to you: the visitor chose you');
    case 'invited':
      return t('You invited this visitor');
    default:
      return null;
  }
}
