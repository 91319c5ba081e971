import type { Message } from '../shared/events';
import type { FollowedConversation } from '../shared/followedConversation';
import { t } from '../shared/i18n';
import { DropZone } from '../shared/messages/DropZone';
import { MessageList } from '../shared/messages/MessageList';
import { TypingLine } from '../shared/messages/TypingLine';
import { WholeMark } from '../shared/messages/WholeMark';
import { AnswerBox } from './AnswerBox';
import { ConversationFoot } from './ConversationFoot';
import { ConversationHeader } from './ConversationHeader';
import type { Desk } from './desk';
import { answerTo } from './drafts';
import { RatingLine } from './RatingLine';
import { useDraft } from './useDraft';
import { useFound } from './useFound';
import { visitorName } from './visitorName';
import './ConversationView.css';

type Props = { desk: Desk; followed: FollowedConversation };

/** One conversation, with all that was said in it. */
export function ConversationView({ desk, followed }: Props) {
  const conversation = followed.state.value;
  const { id, messages, visitor_read_seq, typing, state, rating } = conversation;
  const { writing } = desk.conversations;
  const draft = useDraft(desk, answerTo(id));
  const mine = desk.conversations.isMine(conversation);
  const answering = mine && state === 'open';
  const unsent = writing.unsent.value.filter((one) => one.conversation_id === id);
  const name = visitorName(conversation.visitor);
  const place = useFound(desk.route.place.value.seq, messages.at(-1)?.seq ?? 0);
  return (
    <DropZone disabled={!answering} onFiles={draft.attach}>
      <section
        ref={place}
        class="conversation-view"
        aria-label={t('Conversation with {name}', { name })}
      >
        <ConversationHeader desk={desk} conversation={conversation} />
        <MessageList
          messages={messages.map((message) => withName(message, name))}
          unsent={[...unsent, ...writing.uploadsInto(id).all.value]}
          side="team"
          readUpTo={visitor_read_seq}
          onRetry={(client_id) => writing.retry(id, client_id)}
          onRemove={(client_id) => writing.remove(id, client_id)}
        />
        {rating && <RatingLine rating={rating} />}
        <div class="conversation-view__line">
          <TypingLine name={typing.visitor && name} text={typing.visitor?.text} />
          <WholeMark conversation={conversation} />
        </div>
        {answering ? (
          <AnswerBox
            desk={desk}
            draft={draft}
            onSend={(text, files) => writing.say(id, text, files)}
            onWrite={(text) => followed.type(text)}
          />
        ) : (
          <ConversationFoot desk={desk} conversation={conversation} draft={draft} />
        )}
      </section>
    </DropZone>
  );
}

/** A visitor without a name is called by his number. */
export function withName(message: Message, name: string): Message {
  const { author } = message;
  if (author.kind !== 'visitor' || author.name) return message;
  return { ...message, author: { ...author, name } };
}
