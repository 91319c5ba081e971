import { Button } from '../shared/Button';
import type { Reply } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import { shortTime } from './elapsed';
import './MailThread.css';

type Props = { replies: Reply[]; visitor: string; onRetry: (reply: Reply) => void };

/** What was answered by mail, and what came back (L-07, L-13). */
export function MailThread({ replies, visitor, onRetry }: Props) {
  return (
    <ol class="mail-thread" aria-label={t('Mails')}>
      {replies.map((reply) => (
        <li
          key={reply.id}
          class={reply.author ? 'mail-thread__mail' : 'mail-thread__mail mail-thread__mail--theirs'}
        >
          <p class="mail-thread__head">
            <strong dir="auto">{reply.author?.name ?? visitor}</strong>
            {reply.sender && <span dir="auto">{reply.sender}</span>}
            <time dateTime={reply.at} title={fullTime(reply.at)}>
              {shortTime(reply.at)}
            </time>
            {reply.author && (
              <span class={`mail-thread__state mail-thread__state--${reply.state}`} role="status">
                {stateWords(reply.state)}
              </span>
            )}
          </p>
          <p class="mail-thread__text" dir="auto">
            {reply.text}
          </p>
          {reply.state === 'failed' && (
            <Button variant="quiet" onClick={() => onRetry(reply)}>
              {t('Try again')}
            </Button>
          )}
        </li>
      ))}
    </ol>
  );
}

function stateWords(state: Reply['state']): string {
  switch (state) {
    case 'sending':
      return t('On its way');
    case 'sent':
      return t('Sent');
    case 'failed':
      return t('Could not be sent');
    case 'received':
      return t('Received');
  }
}
