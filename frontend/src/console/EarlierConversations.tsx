import star from 'icon:star';
import type { Conversation } from '../shared/events';
import { fullTime } from '../shared/format';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { shortTime } from './elapsed';
import './EarlierConversations.css';

type Props = {
  conversations: Conversation[];
  current: number | null;
  onRead: (conversation: Conversation) => void;
};

/** What was said before; one click shows all of it, beside what is said now. */
export function EarlierConversations({ conversations, current, onRead }: Props) {
  const earlier = conversations.filter((conversation) => conversation.id !== current);
  if (earlier.length === 0) return <p>{t('No earlier conversations.')}</p>;
  return (
    <ul class="earlier">
      {earlier.map((conversation) => (
        <li key={conversation.id}>
          <button class="earlier__conversation" type="button" onClick={() => onRead(conversation)}>
            <span class="earlier__top">
              <time
                class="earlier__time"
                dateTime={conversation.opened_at}
                title={fullTime(conversation.opened_at)}
              >
                {shortTime(conversation.opened_at)}
                {conversation.member && ` · ${conversation.member.name}`}
              </time>
              {conversation.rating && (
                <span class="earlier__rating">
                  <Icon shape={star} size="small" />
                  <span class="unseen">{t('Rating')} </span>
                  {conversation.rating.score}
                </span>
              )}
            </span>
            <span class="earlier__line" dir="auto">
              {conversation.last_message?.text || t('Nothing was written.')}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
