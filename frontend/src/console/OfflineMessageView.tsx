import arrowLeft from 'icon:arrow-left';
import type { OfflineMessage } from '../shared/events';
import { fullTime } from '../shared/format';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { Assignee } from './Assignee';
import type { Desk } from './desk';
import { HandlingForm } from './HandlingForm';
import { MailThread } from './MailThread';
import { OfflineMessageFacts } from './OfflineMessageFacts';
import { ReplyForm } from './ReplyForm';
import { visitorName } from './visitorName';
import './OfflineMessageView.css';

type Props = { desk: Desk; message: OfflineMessage };

/** A message a visitor left, how to reach him, what was answered, and what became of it (L-02, L-05…L-07, L-13). */
export function OfflineMessageView({ desk, message }: Props) {
  const name = message.name || visitorName(message.visitor);
  return (
    <article class="offline-message">
      <header class="offline-message__header">
        <span class="offline-message__back">
          <IconButton
            shape={arrowLeft}
            label={t('Back to the list')}
            onClick={() => desk.route.go('messages')}
          />
        </span>
        <div class="offline-message__who">
          <h2 class="offline-message__name" dir="auto">
            {name}
          </h2>
          <time class="offline-message__time" dateTime={message.created_at}>
            {fullTime(message.created_at)}
          </time>
        </div>
        <Assignee
          assigned={message.assigned_to}
          colleagues={desk.colleagues.rows()}
          me={desk.config.me.id}
          onAssign={(member_id) => void desk.assign(message, member_id)}
        />
      </header>
      <div class="offline-message__body">
        <p class="offline-message__text" dir="auto">
          {message.text}
        </p>
        <OfflineMessageFacts message={message} seesVisitors={desk.may('visitors.see')} />
        {message.replies.length > 0 && (
          <MailThread
            replies={message.replies}
            visitor={name}
            onRetry={({ client_id, text }) => void desk.replyTo(message, client_id, text)}
          />
        )}
        {message.email && (
          <ReplyForm
            key={message.id}
            address={message.email}
            drafts={desk.drafts}
            where={`mail:${message.id}`}
            onSend={(client_id, text) => desk.replyTo(message, client_id, text)}
          />
        )}
        <HandlingForm message={message} onHandle={(note) => void desk.handle(message, note)} />
      </div>
    </article>
  );
}
