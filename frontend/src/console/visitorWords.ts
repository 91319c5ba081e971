import type { PresentVisitor } from '../shared/events';
import { t } from '../shared/i18n';
import { stateOf } from './visitorOrder';

/** What a visitor is doing, as his agent reads it (V-06, V-19). */
export function stateWords(visitor: PresentVisitor, me: number): string {
  switch (stateOf(visitor)) {
    case 'waiting':
      return t('Waiting');
    case 'talking':
      return talkingWords(visitor.conversation?.member ?? null, me);
    case 'inviting':
      return invitedWords(visitor.invitation?.by ?? null, me);
    case 'browsing':
      return t('Looking around');
  }
}

type Somebody = { id: number; name: string } | null;

function talkingWords(member: Somebody, me: number): string {
  if (member?.id === me) return t('Talking with you');
  return member ? t('Talking with {name}', { name: member.name }) : t('Talking');
}

function invitedWords(by: Somebody, me: number): string {
  if (by?.id === me) return t('Invited by you');
  return by ? t('Invited by {name}', { name: by.name }) : t('Being invited');
}
