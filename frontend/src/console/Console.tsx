import { useEffect } from 'preact/hooks';
import { t } from '../shared/i18n';
import { ChatList } from './ChatList';
import { ClosedDesk } from './ClosedDesk';
import { ColleagueList } from './ColleagueList';
import { ConversationView } from './ConversationView';
import type { Desk } from './desk';
import { EmptyMiddle } from './EmptyMiddle';
import { ListColumn } from './ListColumn';
import { LostLine } from './LostLine';
import { OfflineMessageList } from './OfflineMessageList';
import { OfflineMessageView } from './OfflineMessageView';
import { Rail } from './Rail';
import { onShortcut } from './shortcuts';
import { ToastBar } from './ToastBar';
import { VisitorPanel } from './VisitorPanel';
import { VisitorsPage } from './VisitorsPage';

type Props = { desk: Desk };

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
    <div class={inside ? 'console console--inside' : 'console'}>
      <Rail desk={desk} />
      <main class="console__main">
        <h1 class="unseen">{t('Console')}</h1>
        {tab !== 'visitors' && (
          <ListColumn tab={tab} desk={desk}>
            {tab === 'chats' && <ChatList desk={desk} />}
            {tab === 'colleagues' && <ColleagueList desk={desk} />}
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
            unsent={desk.conversations.unsent.value.length}
          />
          <Middle desk={desk} />
        </div>
      </main>
      <VisitorPanel desk={desk} />
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
  const message = tab === 'messages' && id !== null ? desk.offlineMessages.row(id) : undefined;
  if (message) return <OfflineMessageView key={id} desk={desk} message={message.value} />;
  return <EmptyMiddle desk={desk} />;
}
