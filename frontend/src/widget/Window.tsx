import { useEffect, useMemo, useState } from 'preact/hooks';
import { lazily } from '../shared/lazily';
import { useValue } from '../shared/useValue';
import { Connecting } from './Connecting';
import { Conversing } from './Conversing';
import { Header } from './Header';
import type { HostLink } from './hostLink';
import { sceneOf } from './scene';
import type { FrameSettings } from './settings';
import { useHostWindow } from './useHostWindow';
import { useSwitch } from './useKept';
import type { VisitorChat } from './visitorChat';

const OfflineForm = lazily(async () => (await import('./later/parts')).OfflineForm);
const Privacy = lazily(async () => (await import('./later/parts')).Privacy);
const Trouble = lazily(async () => (await import('./later/parts')).Trouble);
const Erased = lazily(async () => (await import('./later/parts')).Erased);

type Props = { chat: VisitorChat; host: HostLink; settings: FrameSettings };

/** The visitor's window, in every state it can be in. */
export function Window({ chat, host, settings }: Props) {
  const scene = useValue(useMemo(() => sceneOf(chat), [chat]));
  const state = useValue(chat.state);
  const link = useValue(chat.link);
  const online = useValue(chat.online);
  const welcome = useValue(chat.welcome);
  const draft = useValue(chat.writing.draft);
  const isShown = useValue(chat.writing.isShown);
  const ratingAsked = useValue(chat.ratingAsked);
  const [sound, setSound] = useSwitch(host, 'sound', false);
  const [sendsWithControl, setSendsWithControl] = useSwitch(host, 'ctrl-enter', false);
  const [panel, setPanel] = useState<'note' | 'rating' | 'privacy' | null>(null);
  useHostWindow({ chat, host, sound, scene });

  const company = welcome?.company.name ?? settings.company;
  const rules = welcome?.window;
  const member = state?.member ?? null;
  const isOver = state?.state === 'closed';
  const chats = scene === 'conversation' || scene === 'offline';
  const isLeaving = scene === 'offline' || (chats && panel === 'note');
  const isAsked = state !== null && ratingAsked === state.id;
  const back = () => setPanel(null);
  // Asked while he is elsewhere in the window, he finds the question when he comes back.
  useEffect(() => {
    if (isAsked && panel === null) setPanel('rating');
  }, [isAsked, panel]);
  const save = async () => {
    if (!state) return;
    await chat.conversation.peek()?.sync();
    const { saveTranscript } = await import('./later/parts');
    saveTranscript(company, chat.state.peek() ?? state);
  };
  // Who has begun to write to us is not interrupted by somebody coming online.
  const writeNote = (text: string) => {
    chat.writing.write(text);
    setPanel('note');
  };

  return (
    <main class="window">
      <Header
        company={company}
        member={isOver ? null : member}
        link={chats || scene === 'connecting' ? link : 'refused'}
        online={online}
        menu={{
          sound,
          sendsWithControl,
          onSound: setSound,
          onSendsWithControl: setSendsWithControl,
          onRate: state && member && rules?.takes_ratings ? () => setPanel('rating') : undefined,
          onSave: state?.messages.length ? () => void save() : undefined,
          onLeave: scene === 'conversation' ? () => setPanel('note') : undefined,
          onPrivacy: chats && welcome ? () => setPanel('privacy') : undefined,
          onEnd: state && !isOver ? () => void chat.end().catch(() => {}) : undefined,
        }}
        onClose={() => host.tell({ type: 'close' })}
      />
      {scene === 'connecting' && <Connecting />}
      {scene === 'trouble' && <Trouble refusal={chat.refusal} />}
      {scene === 'erased' && <Erased />}
      {chats && panel === 'privacy' && (
        <Privacy
          company={company}
          showsTyping={isShown ?? !rules?.asks_consent}
          mayErase={rules?.may_erase ?? false}
          onShowTyping={(shows) => chat.writing.show(shows)}
          onLook={async () => (await chat.ask('my_data', {})).data}
          onErase={() => chat.eraseMe()}
          onBack={back}
        />
      )}
      {isLeaving && panel !== 'privacy' && (
        <OfflineForm
          host={host}
          online={online}
          form={rules?.offline_form}
          text={draft}
          onText={writeNote}
          onBack={panel === 'note' && (online || state !== null) ? back : undefined}
          onLeave={(note, id) => chat.leave(note, id)}
        />
      )}
      {scene === 'conversation' && panel !== 'note' && panel !== 'privacy' && (
        <Conversing
          chat={chat}
          host={host}
          company={company}
          maxUpload={rules?.max_upload ?? settings.maxUpload}
          sendsWithControl={sendsWithControl}
          isRating={panel === 'rating'}
          onLeave={() => setPanel('note')}
          onSave={() => void save()}
          onRated={() => {
            chat.dismissRating();
            back();
          }}
        />
      )}
    </main>
  );
}
