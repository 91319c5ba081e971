import { Button } from '../shared/Button';
import type { Conversation } from '../shared/events';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { KeptWords } from './KeptWords';
import type { Draft } from './useDraft';
import './ConversationFoot.css';

type Props = { desk: Desk; conversation: Conversation; draft: Draft };

/** Instead of the answer box: accept who waits, or why there is nothing to write; and what was not sent. */
export function ConversationFoot({ desk, conversation, draft }: Props) {
  const { id, state, member } = conversation;
  const onDesk =
    desk.conversations.isMine(conversation) && desk.conversations.rows.ids.value.includes(id);
  return (
    <div class="conversation-foot">
      {draft.text && <KeptWords text={draft.text} onForget={draft.clear} />}
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
          {onDesk && (
            <Button variant="quiet" onClick={() => desk.dismiss(id)}>
              {t('Remove from the list')}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
