import type { Visitor } from '../shared/events';
import { t } from '../shared/i18n';

/** The name on the card, or the number every visitor has. */
export function visitorName(visitor: Visitor): string {
  return visitor.name || t('Visitor {number}', { number: visitor.number });
}
