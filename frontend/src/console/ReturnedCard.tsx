import x from 'icon:x';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import type { Returned } from './desk';
import { hashOf } from './route';
import './Slip.css';

type Props = { returned: Returned; onForget: () => void };

/** A conversation that was taken from its agent, and the words he had not sent. */
export function ReturnedCard({ returned, onForget }: Props) {
  const { conversation_id, name, text } = returned;
  return (
    <div class="slip slip--waiting" role="status">
      <div class="slip__words">
        <p>
          <a href={hashOf({ tab: 'chats', id: conversation_id })}>
            {t('The conversation with {name} went back to the queue.', { name })}
          </a>
        </p>
        {text && (
          <p class="slip__quote" dir="auto">
            {t('Not sent: {text}', { text })}
          </p>
        )}
      </div>
      <IconButton shape={x} label={t('Close')} onClick={onForget} />
    </div>
  );
}
