import { useEffect } from 'preact/hooks';
import { t } from '../shared/i18n';
import { ChatList } from './ChatList';
import { ClosedDesk } from './ClosedDesk';
import { ConversationView } from './ConversationView';
import type { Desk } from './desk';
import { EmptyMiddle } from './EmptyMiddle';
import { ListColumn } from './ListColumn';
import { LostLine } from './LostLine';
import { NoticeBar } from './NoticeBar';
import { OfflineMessageList } from './OfflineMessageList';
import { OfflineMessageView } from './OfflineMessageView';
import { Rail } from './Rail';
import { Sheets } from './Sheets';
import { StatusBar } from './StatusBar';
import { onShortcut } from './shortcuts';
import { TalkList } from './TalkList';
import { TalkView } from './TalkView';
import { ToastBar } from './ToastBar';
import { VisitorPanel } from './VisitorPanel';
import { VisitorsPage } from './VisitorsPage';

type Props = { desk: Desk };

function classes(block: string, ...variants: (string | false | null | '')[]): string {
  return [block, ...variants.filter(Boolean).map((variant) => block + variant)].join(' ');
}

/** The page an agent leaves open all day. */
export function Console({ desk }: Props) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => onShortcut(event, desk);
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [desk]);
  if (desk.closure.value) return <ClosedDesk desk={desk} {...desk.closure.value} />;
  const { tab, id } = desk.route.place.value;
  const inside = id !== null && tab !== 'visitors';
  return (
    <div class={classes('console', inside && '--inside', desk.standstill.value && '--standstill')}>
      <NoticeBar
        notices={desk.notices.all.value}
        onDismiss={(notice) => void desk.notices.dismiss(notice)}
      />
      <Rail desk={desk} />
      <main class="console__main">
        <h1 class="unseen">{t('Console')}</h1>
        {tab !== 'visitors' && (
          <ListColumn tab={tab} desk={desk}>
            {tab === 'chats' && <ChatList desk={desk} />}
            {tab === 'colleagues' && <TalkList desk={desk} />}
            {tab === 'messages' && <OfflineMessageList desk={desk} />}
          </ListColumn>
        )}
        <div
          class={tab === 'visitors' ? 'console__middle console__middle--wide' : 'console__middle'}
        >
          <LostLine
            link={desk.link.value}
            online={desk.online.value}
            ready={desk.ready.value}
            unsent={
              desk.conversations.writing.unsent.value.length +
              desk.talks.writing.unsent.value.length
            }
          />
          <Middle desk={desk} />
        </div>
      </main>
      <VisitorPanel desk={desk} />
      {desk.preferences.statusBar.value && <StatusBar desk={desk} />}
      <Sheets desk={desk} />
      <ToastBar
        toast={desk.toast.value}
        onClose={() => {
          desk.toast.value = null;
        }}
      />
    </div>
  );
}

function Middle({ desk }: Props) {
  const { tab, id } = desk.route.place.value;
  const current = desk.conversations.current.value;
  if (tab === 'visitors') return <VisitorsPage desk={desk} />;
  if (tab === 'chats' && id !== null && current?.id === id)
    return <ConversationView key={id} desk={desk} followed={current} />;
  const talk = tab === 'colleagues' && id !== null ? desk.talks.rows.row(id) : undefined;
  const followed = desk.talks.current.value;
  if (talk && followed?.id === id)
    return <TalkView key={`talk ${id}`} desk={desk} talk={talk} followed={followed} />;
  const message =
    tab === 'messages' && desk.inbox.rows.ids.value.includes(id ?? 0)
      ? desk.inbox.rows.row(id ?? 0)
      : undefined;
  if (message) return <OfflineMessageView key={id} desk={desk} message={message.value} />;
  return <EmptyMiddle desk={desk} />;
}
