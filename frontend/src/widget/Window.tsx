import { useEffect, useMemo, useState } from 'preact/hooks';
import { lazily } from '../shared/lazily';
import { useValue } from '../shared/useValue';
import { Connecting } from './Connecting';
import { Conversing } from './Conversing';
import { Header } from './Header';
import type { HostLink } from './hostLink';
import { adornments, parts } from './later';
import { hasAdornments, wear } from './look';
import { sceneOf } from './scene';
import type { FrameSettings } from './settings';
import { useHostWindow } from './useHostWindow';
import { useSwitch } from './useKept';
import type { VisitorChat } from './visitorChat';

const OfflineForm = lazily(async () => (await parts()).OfflineForm);
const Registration = lazily(async () => (await parts()).Registration);
const Privacy = lazily(async () => (await parts()).Privacy);
const Trouble = lazily(async () => (await parts()).Trouble);
const Erased = lazily(async () => (await parts()).Erased);
const InvitationBox = lazily(async () => (await parts()).InvitationBox);
const Warning = lazily(async () => (await adornments()).Warning, 'when_shown');
const HeaderLinks = lazily(async () => (await adornments()).HeaderLinks, 'when_shown');
const AboutUs = lazily(async () => (await adornments()).AboutUs, 'when_shown');
const Foot = lazily(async () => (await adornments()).Foot, 'when_shown');

type Props = { chat: VisitorChat; host: HostLink; settings: FrameSettings };

/** The visitor's window, in every state it can be in. */
export function Window({ chat, host, settings }: Props) {
  const scene = useValue(useMemo(() => sceneOf(chat), [chat]));
  const state = useValue(chat.state);
  const link = useValue(chat.link);
  const reception = useValue(chat.entrance.reception);
  const online = useValue(chat.entrance.isOpen);
  const chosen = useValue(chat.entrance.chosen);
  const welcome = useValue(chat.welcome);
  const style = useValue(chat.style);
  const invitation = useValue(chat.entrance.invitation);
  const draft = useValue(chat.writing.draft);
  const isShown = useValue(chat.writing.isShown);
  const ratingAsked = useValue(chat.rating.asked);
  const [sound, setSound] = useSwitch(host, 'sound', false);
  const [sendsWithControl, setSendsWithControl] = useSwitch(host, 'ctrl-enter', false);
  const [panel, setPanel] = useState<'note' | 'rating' | 'privacy' | null>(null);
  const [aboutIsOpen, setAboutIsOpen] = useState(false);
  useHostWindow({ chat, host, hostUrl: settings.hostUrl, sound, scene });
  const look = style?.window;
  const company = welcome?.company.name ?? settings.company;
  const title = look ? look.title || company : settings.title;
  useEffect(() => {
    if (look) wear(look);
    document.title = title;
  }, [look, title]);
  const rules = welcome?.window;
  const member = state?.member ?? null;
  const isOver = state?.state === 'closed';
  const chats = scene === 'conversation' || scene === 'offline';
  const isLeaving = scene === 'offline' || (chats && panel === 'note');
  const isAsked = state !== null && ratingAsked === state.id;
  const isAdorned = look && hasAdornments(look);
  const back = () => setPanel(null);
  const chooseAgain = chosen
    ? () => {
        chat.entrance.chooseAgain();
        back();
      }
    : undefined;
  // Asked while he is elsewhere in the window, he finds the question when he comes back.
  useEffect(() => {
    if (isAsked && panel === null) setPanel('rating');
  }, [isAsked, panel]);
  const save = async () => {
    if (!state) return;
    await chat.conversation.peek()?.sync();
    const { saveTranscript } = await parts();
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
        title={title}
        member={isOver ? null : member}
        link={chats || scene === 'connecting' || scene === 'registration' ? link : 'refused'}
        reception={reception}
        menu={{
          site: settings.site,
          items: look?.menu,
          forum: look?.forum ?? null,
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
        onClose={settings.isAlone ? undefined : () => host.tell({ type: 'close' })}
      >
        {isAdorned && (
          <HeaderLinks
            chat={chat}
            isOpen={aboutIsOpen}
            onAbout={() => setAboutIsOpen(!aboutIsOpen)}
          />
        )}
      </Header>
      {isAdorned && <Warning chat={chat} />}
      <div class={aboutIsOpen ? 'window__middle window__middle--aside' : 'window__middle'}>
        <div class="window__talk">
          {scene === 'connecting' && <Connecting />}
          {scene === 'trouble' && <Trouble refusal={chat.refusal} />}
          {scene === 'erased' && <Erased />}
          {invitation && (chats || scene === 'registration') && (
            <InvitationBox
              invitation={invitation}
              onAnswer={(accepts) => void chat.entrance.answer(invitation.id, accepts)}
            />
          )}
          {scene === 'registration' && <Registration chat={chat} host={host} />}
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
              reception={reception}
              style={style}
              text={draft}
              onText={writeNote}
              onBack={panel === 'note' && (online || state !== null) ? back : chooseAgain}
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
                chat.rating.dismiss();
                back();
              }}
            />
          )}
        </div>
        {isAdorned && (
          <AboutUs chat={chat} isOpen={aboutIsOpen} onClose={() => setAboutIsOpen(false)} />
        )}
      </div>
      {isAdorned && <Foot chat={chat} />}
    </main>
  );
}
