import { Button } from '../shared/Button';
import type { Conversation } from '../shared/events';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import './ConversationFoot.css';

type Props = { desk: Desk; conversation: Conversation; mine: boolean };

/** Instead of the answer box: accept who waits, or why there is nothing to write. */
export function ConversationFoot({ desk, conversation, mine }: Props) {
  const { id, state, member } = conversation;
  return (
    <div class="conversation-foot">
      {state === 'waiting' && (
        <>
          <p class="conversation-foot__text">{t('This visitor is waiting.')}</p>
          <Button onClick={() => void desk.accept(id)}>{t('Accept')}</Button>
        </>
      )}
      {state === 'open' && (
        <p class="conversation-foot__text">
          {t('{name} answers here.', { name: member?.name ?? '' })}
        </p>
      )}
      {state === 'closed' && (
        <>
          <p class="conversation-foot__text">{t('This conversation has ended.')}</p>
          {mine && desk.conversations.rows.has(id) && (
            <Button variant="quiet" onClick={() => desk.dismiss(id)}>
              {t('Remove from the list')}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
