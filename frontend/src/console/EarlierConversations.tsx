import type { Conversation } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import { shortTime } from './elapsed';
import { hashOf } from './route';
import './EarlierConversations.css';

type Props = { conversations: Conversation[]; current: number };

/** What was said before; one click shows all of it. */
export function EarlierConversations({ conversations, current }: Props) {
  if (conversations.length === 0) return <p>{t('No earlier conversations.')}</p>;
  return (
    <ul class="earlier">
      {conversations.map((conversation) => (
        <li key={conversation.id}>
          <a
            class="earlier__conversation"
            href={hashOf({ tab: 'chats', id: conversation.id })}
            aria-current={conversation.id === current ? 'true' : undefined}
          >
            <time
              class="earlier__time"
              dateTime={conversation.opened_at}
              title={fullTime(conversation.opened_at)}
            >
              {shortTime(conversation.opened_at)}
              {conversation.member && ` · ${conversation.member.name}`}
            </time>
            <span class="earlier__line" dir="auto">
              {conversation.last_message?.text || t('Nothing was written.')}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
