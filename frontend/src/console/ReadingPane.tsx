import arrowLeft from 'icon:arrow-left';
import type { FollowedConversation } from '../shared/followedConversation';
import { fullTime } from '../shared/format';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { MessageList } from '../shared/messages/MessageList';
import { withName } from './ConversationView';
import { shortTime } from './elapsed';
import { RatingLine } from './RatingLine';
import { hashOf } from './route';
import { visitorName } from './visitorName';
import './ReadingPane.css';

type Props = { followed: FollowedConversation; onClose: () => void };

/** An earlier conversation, read beside the one on the screen. */
export function ReadingPane({ followed, onClose }: Props) {
  const { id, opened_at, member, messages, visitor, visitor_read_seq, rating } =
    followed.state.value;
  const name = visitorName(visitor);
  return (
    <section class="reading-pane" aria-label={t('Earlier conversation')}>
      <header class="reading-pane__header">
        <IconButton shape={arrowLeft} label={t('Back to the history')} onClick={onClose} />
        <span class="reading-pane__when">
          <time dateTime={opened_at} title={fullTime(opened_at)}>
            {shortTime(opened_at)}
          </time>
          {member && ` · ${member.name}`}
        </span>
        <a href={hashOf({ tab: 'chats', id })}>{t('Open')}</a>
      </header>
      <MessageList
        messages={messages.map((message) => withName(message, name))}
        unsent={[]}
        side="team"
        readUpTo={visitor_read_seq}
        onRetry={nothing}
        onRemove={nothing}
      />
      {rating && <RatingLine rating={rating} />}
    </section>
  );
}

function nothing(): void {}
