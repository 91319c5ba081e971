import { useState } from 'preact/hooks';
import { t } from '../shared/i18n';
import { lazily } from '../shared/lazily';
import { Composer } from '../shared/messages/Composer';
import { DropZone } from '../shared/messages/DropZone';
import { useAttachments } from '../shared/messages/useAttachments';
import { useValue } from '../shared/useValue';
import { Banner } from './Banner';
import { Greeting } from './Greeting';
import type { HostLink } from './hostLink';
import { parts } from './later';
import { Refusal } from './Refusal';
import type { VisitorChat } from './visitorChat';

const MessageList = lazily(async () => (await parts()).MessageList);
const TypingLine = lazily(async () => (await parts()).TypingLine);
const WholeMark = lazily(async () => (await parts()).WholeMark);
const EarlierConversations = lazily(async () => (await parts()).EarlierConversations);
const Waiting = lazily(async () => (await parts()).Waiting);
const Consent = lazily(async () => (await parts()).Consent);
const HiddenNote = lazily(async () => (await parts()).HiddenNote);
const RatingForm = lazily(async () => (await parts()).RatingForm);
const Ended = lazily(async () => (await parts()).Ended);
const Choosing = lazily(async () => (await parts()).Choosing);

type Props = {
  chat: VisitorChat;
  host: HostLink;
  company: string;
  maxUpload: number;
  sendsWithControl: boolean;
  isRating: boolean;
  onLeave: () => void;
  onSave: () => void;
  onRated: () => void;
};

/** A conversation in the making, going on, or over. */
export function Conversing(props: Props) {
  const { chat, host, company, maxUpload, sendsWithControl, isRating } = props;
  const { onLeave, onSave, onRated } = props;
  const followed = useValue(chat.conversation);
  const state = useValue(chat.state);
  const link = useValue(chat.link);
  const reception = useValue(chat.entrance.reception);
  const chosen = useValue(chat.entrance.chosen);
  const style = useValue(chat.style);
  const welcome = useValue(chat.welcome);
  const isLate = useValue(chat.isLate);
  const written = useValue(chat.unsent);
  const uploads = useValue(chat.uploads.all);
  const draft = useValue(chat.writing.draft);
  const isShown = useValue(chat.writing.isShown);
  const hasHidden = useValue(chat.writing.hasHidden);
  const queue = useValue(chat.queue);
  const leftBy = useValue(chat.leftBy);
  const attachments = useAttachments(maxUpload);
  const [isReturning] = useState(() => host.kept('token') !== null);

  const unsent = [...written, ...uploads];
  const isEmpty = unsent.length === 0 && (state?.messages.length ?? 0) === 0;
  const isOver = state?.state === 'closed';
  const settings = welcome?.window;
  const member = state?.member?.name ?? null;
  const menu = style?.window.menu;
  const earlier = isReturning &&
    settings?.shows_previous &&
    (!menu || menu.includes('earlier')) && (
      <EarlierConversations before={state?.id ?? null} ask={chat.ask} />
    );
  const send = () => {
    chat.send(attachments.files);
    attachments.clear();
  };

  return (
    <DropZone disabled={isOver} onFiles={attachments.add}>
      {link === 'lost' || (!welcome && isLate) ? (
        <Banner wasThere={welcome !== null} />
      ) : (
        state?.state === 'waiting' &&
        !isEmpty && (
          <Waiting
            queue={queue}
            leftBy={leftBy}
            reception={reception}
            chosen={chosen}
            busy={style?.texts.busy}
            onLeave={onLeave}
          />
        )
      )}
      {isEmpty ? (
        <Greeting company={company} words={style?.window.welcome} before={earlier}>
          {(reception.standing === 'busy' || reception.entries.length > 0) && (
            <Choosing
              reception={reception}
              chosen={chosen}
              busy={style?.texts.busy}
              onChoose={(entry) => chat.entrance.choose(entry)}
              onLeave={onLeave}
            />
          )}
        </Greeting>
      ) : (
        <MessageList
          messages={state?.messages ?? []}
          unsent={unsent}
          side="visitor"
          readUpTo={state?.team_read_seq ?? 0}
          before={earlier}
          onRetry={(id) => chat.retry(id)}
          onRemove={(id) => chat.remove(id)}
        />
      )}
      <div class="window__foot">
        <TypingLine name={state?.typing.team?.author.name ?? null} />
        {state && unsent.length === 0 && <WholeMark conversation={state} />}
      </div>
      {state && (isRating || (isOver && member !== null && settings?.takes_ratings)) && (
        <RatingForm
          rating={state.rating}
          member={member}
          onRate={async (score, comment) => {
            if (followed) await chat.rating.rate(followed, score, comment);
          }}
          onClose={isOver ? undefined : onRated}
        />
      )}
      {isOver ? (
        <Ended words={style?.texts.closing} onSave={onSave} onStartOver={() => chat.startOver()} />
      ) : (
        <>
          {settings?.asks_consent && isShown === null && draft !== '' && (
            <Consent onDecide={(shown) => void chat.writing.show(shown).catch(() => {})} />
          )}
          {hasHidden && <HiddenNote />}
          {attachments.refusal && <Refusal text={attachments.refusal} />}
          <Composer
            draft={draft}
            attachments={attachments.files}
            placeholder={t('Write a message')}
            emoticons={style?.window.emoticons}
            sendKey={sendsWithControl ? 'ctrl_enter' : 'enter'}
            onDraft={(text) => chat.writing.write(text)}
            onAttach={attachments.add}
            onDetach={attachments.remove}
            onSend={send}
          />
        </>
      )}
    </DropZone>
  );
}
