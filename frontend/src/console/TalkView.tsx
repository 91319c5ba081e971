import arrowLeft from 'icon:arrow-left';
import type { ReadonlySignal } from '@preact/signals';
import type { Talk } from '../shared/events';
import type { FollowedConversation } from '../shared/followedConversation';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { DropZone } from '../shared/messages/DropZone';
import { MessageList } from '../shared/messages/MessageList';
import { AnswerBox } from './AnswerBox';
import type { Desk } from './desk';
import { PresenceDot } from './PresenceDot';
import { presenceName } from './presences';
import { othersIn, partnerIn, readByOthers, talkName } from './talkRows';
import { useDraft } from './useDraft';
import { useFound } from './useFound';
import './ConversationHeader.css';
import './ConversationView.css';

type Props = { desk: Desk; talk: ReadonlySignal<Talk>; followed: FollowedConversation };

/** One talk between colleagues. */
export function TalkView({ desk, talk: signal, followed }: Props) {
  const talk = signal.value;
  const { id, messages } = followed.state.value;
  const { me, writing } = desk.talks;
  const draft = useDraft(desk, `talk:${id}`);
  const unsent = writing.unsent.value.filter((one) => one.conversation_id === id);
  const name = talkName(talk, me);
  const place = useFound(desk.route.place.value.seq, messages.at(-1)?.seq ?? 0);
  return (
    <DropZone onFiles={draft.attach}>
      <section ref={place} class="conversation-view" aria-label={t('Talk with {name}', { name })}>
        <header class="conversation-header">
          <span class="conversation-header__back">
            <IconButton
              shape={arrowLeft}
              label={t('Back to the list')}
              onClick={() => desk.route.go('colleagues')}
            />
          </span>
          <div class="conversation-header__who">
            <h2 class="conversation-header__name" dir="auto">
              {name}
            </h2>
            <Company desk={desk} talk={talk} />
          </div>
        </header>
        <MessageList
          messages={messages}
          unsent={[...unsent, ...writing.uploadsInto(id).all.value]}
          side="team"
          readUpTo={readByOthers(talk, me)}
          onRetry={(client_id) => writing.retry(id, client_id)}
          onRemove={(client_id) => writing.remove(id, client_id)}
        />
        {desk.standstill.value === null && (
          <AnswerBox
            desk={desk}
            draft={draft}
            placeholder={t('Write to {name}', { name })}
            onSend={(text, files) => writing.say(id, text, files)}
          />
        )}
      </section>
    </DropZone>
  );
}

/** How the other one is, or who all are in it. */
function Company({ desk, talk }: { desk: Desk; talk: Talk }) {
  const { me } = desk.talks;
  const partner = desk.colleagues.row(partnerIn(talk, me) ?? 0)?.value;
  if (partner)
    return (
      <p class="conversation-header__where conversation-header__where--state">
        <PresenceDot presence={partner.presence} />
        {presenceName(partner.presence)}
      </p>
    );
  const names = othersIn(talk, me).map((member) => member.name);
  return (
    <p class="conversation-header__where" dir="auto">
      {[t('You'), ...names].join(t(', '))}
    </p>
  );
}
