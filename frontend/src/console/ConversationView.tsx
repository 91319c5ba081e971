import { useMemo } from 'preact/hooks';
import type { Message } from '../shared/events';
import type { FollowedConversation } from '../shared/followedConversation';
import { t } from '../shared/i18n';
import { DropZone } from '../shared/messages/DropZone';
import { MessageList } from '../shared/messages/MessageList';
import { TypingLine } from '../shared/messages/TypingLine';
import { AnswerBox } from './AnswerBox';
import { ConversationFoot } from './ConversationFoot';
import { ConversationHeader } from './ConversationHeader';
import type { Desk } from './desk';
import { useDraft } from './useDraft';
import { visitorName } from './visitorName';
import './ConversationView.css';

type Props = { desk: Desk; followed: FollowedConversation };

/** One conversation, with all that was said in it. */
export function ConversationView({ desk, followed }: Props) {
  const conversation = followed.state.value;
  const { id, messages, visitor_read_seq, typing, state } = conversation;
  const uploads = useMemo(() => desk.conversations.uploadsInto(id), [id]);
  const draft = useDraft(desk, id);
  const mine = desk.conversations.isMine(conversation);
  const answering = mine && state === 'open';
  const unsent = desk.conversations.unsent.value.filter((one) => one.conversation_id === id);
  const name = visitorName(conversation.visitor);
  return (
    <DropZone disabled={!answering} onFiles={draft.attach}>
      <section class="conversation-view" aria-label={t('Conversation with {name}', { name })}>
        <ConversationHeader desk={desk} conversation={conversation} />
        <MessageList
          messages={messages.map((message) => withName(message, name))}
          unsent={[...unsent, ...uploads.all.value]}
          side="team"
          readUpTo={visitor_read_seq}
          onRetry={(client_id) => desk.conversations.retry(id, client_id)}
          onRemove={(client_id) => desk.conversations.remove(id, client_id)}
        />
        <TypingLine name={typing.visitor && name} text={typing.visitor?.text} />
        {answering ? (
          <AnswerBox desk={desk} followed={followed} draft={draft} />
        ) : (
          <ConversationFoot desk={desk} conversation={conversation} mine={mine} />
        )}
      </section>
    </DropZone>
  );
}

/** A visitor without a name is called by his number. */
function withName(message: Message, name: string): Message {
  const { author } = message;
  if (author.kind !== 'visitor' || author.name) return message;
  return { ...message, author: { ...author, name } };
}
