import { useMemo, useState } from 'preact/hooks';
import { t } from '../shared/i18n';
import { lazily } from '../shared/lazily';
import { Composer } from '../shared/messages/Composer';
import { DropZone } from '../shared/messages/DropZone';
import { TypingLine } from '../shared/messages/TypingLine';
import { useAttachments } from '../shared/messages/useAttachments';
import { useValue } from '../shared/useValue';
import { Banner } from './Banner';
import { Connecting } from './Connecting';
import { Ended } from './Ended';
import { Greeting } from './Greeting';
import { Header } from './Header';
import type { HostLink } from './hostLink';
import { Refusal } from './Refusal';
import type { FrameSettings } from './settings';
import { useHostWindow } from './useHostWindow';
import { useSwitch } from './useKept';
import { sceneOf, type VisitorChat } from './visitorChat';

const MessageList = lazily(
  async () => (await import('../shared/messages/MessageList')).MessageList,
);
const OfflineForm = lazily(async () => (await import('./OfflineForm')).OfflineForm);
const Trouble = lazily(async () => (await import('./Trouble')).Trouble);

type Props = { chat: VisitorChat; host: HostLink; settings: FrameSettings };

/** The visitor's window, in every state it can be in. */
export function Window({ chat, host, settings }: Props) {
  const scene = useValue(useMemo(() => sceneOf(chat), [chat]));
  const state = useValue(chat.state);
  const link = useValue(chat.link);
  const online = useValue(chat.online);
  const welcome = useValue(chat.welcome);
  const written = useValue(chat.unsent);
  const uploads = useValue(chat.uploads.all);
  const draft = useValue(chat.draft);
  const [sound, setSound] = useSwitch(host, 'sound', false);
  const [showsTyping, setShowsTyping] = useSwitch(host, 'typing', true);
  const attachments = useAttachments(settings.maxUpload);
  const [leaving, setLeaving] = useState(false);
  useHostWindow({ chat, host, sound });

  const company = welcome?.company.name ?? settings.company;
  const unsent = [...written, ...uploads];
  const isEmpty = unsent.length === 0 && (state?.messages.length ?? 0) === 0;
  const form = scene === 'offline' || leaving;

  const send = () => {
    chat.send(attachments.files);
    attachments.clear();
  };
  const write = (text: string) => {
    chat.write(text);
    if (showsTyping) chat.showTyping();
  };
  // Who has begun to write to us is not interrupted by somebody coming online.
  const writeNote = (text: string) => {
    chat.write(text);
    setLeaving(true);
  };
  const canGoBack = leaving && (online || state !== null);

  return (
    <main class="window">
      <Header
        company={company}
        member={state?.state === 'closed' ? null : (state?.member ?? null)}
        link={link}
        online={online}
        sound={sound}
        showsTyping={showsTyping}
        messages={state?.messages ?? []}
        canEnd={state !== null && state.state !== 'closed'}
        onSound={setSound}
        onShowsTyping={setShowsTyping}
        onEnd={() => void chat.end()}
        onClose={() => host.tell({ type: 'close' })}
      />
      {scene === 'connecting' && <Connecting />}
      {scene === 'trouble' && <Trouble refusal={chat.refusal} />}
      {form && (
        <OfflineForm
          host={host}
          online={online}
          text={draft}
          onText={writeNote}
          onBack={canGoBack ? () => setLeaving(false) : undefined}
          onLeave={(note, id) => chat.leave(note, id)}
        />
      )}
      {scene === 'conversation' && !leaving && (
        <DropZone disabled={state?.state === 'closed'} onFiles={attachments.add}>
          <Banner
            link={link}
            state={state?.state ?? null}
            online={online}
            hasWritten={!isEmpty}
            onLeave={() => setLeaving(true)}
          />
          {isEmpty ? (
            <Greeting company={company} />
          ) : (
            <MessageList
              messages={state?.messages ?? []}
              unsent={unsent}
              side="visitor"
              readUpTo={state?.team_read_seq ?? 0}
              onRetry={(id) => chat.retry(id)}
              onRemove={(id) => chat.remove(id)}
            />
          )}
          <TypingLine name={state?.typing.team?.author.name ?? null} />
          {state?.state === 'closed' ? (
            <Ended onStartOver={() => chat.startOver()} />
          ) : (
            <>
              {attachments.refusal && <Refusal text={attachments.refusal} />}
              <Composer
                draft={draft}
                attachments={attachments.files}
                placeholder={t('Write a message')}
                onDraft={write}
                onAttach={attachments.add}
                onDetach={attachments.remove}
                onSend={send}
              />
            </>
          )}
        </DropZone>
      )}
    </main>
  );
}
