import inbox from 'icon:inbox';
import layoutDashboard from 'icon:layout-dashboard';
import messages from 'icon:messages';
import users from 'icon:users';
import world from 'icon:world';
import { Mark } from '../shared/brand/Mark';
import { t, tn } from '../shared/i18n';
import { Badge } from './Badge';
import type { Desk } from './desk';
import { MeMenu } from './MeMenu';
import { RailLink } from './RailLink';
import { hashOf, type Tab } from './route';
import './Rail.css';

type Props = { desk: Desk };

/** The way to everything there is, and what of it waits. */
export function Rail({ desk }: Props) {
  const { tab } = desk.route.place.value;
  const waiting = desk.conversations.waitingCount.value;
  const unread = desk.conversations.unread.value;
  const said = desk.talks.unread.value;
  const unhandled = desk.inbox.unhandled.value;
  const link = (name: Tab) => ({ href: hashOf({ tab: name, id: null }), current: tab === name });
  return (
    <nav class="rail" aria-label={t('Main')}>
      <Mark />
      <RailLink {...link('chats')} shape={messages} label={t('Visitor chats')}>
        <Badge count={unread} label={tn('{n} unread message', '{n} unread messages', unread)} />
        {unread === 0 && (
          <Badge
            tone="waiting"
            count={waiting}
            label={tn('{n} visitor waiting', '{n} visitors waiting', waiting)}
          />
        )}
      </RailLink>
      <RailLink {...link('colleagues')} shape={users} label={t('Colleagues')}>
        <Badge count={said} label={tn('{n} unread message', '{n} unread messages', said)} />
      </RailLink>
      {desk.may('visitors.see') && (
        <RailLink {...link('visitors')} shape={world} label={t('Site visitors')} />
      )}
      {desk.may('offline_messages.handle') && (
        <RailLink {...link('messages')} shape={inbox} label={t('Offline messages')}>
          <Badge count={unhandled} label={tn('{n} to handle', '{n} to handle', unhandled)} />
        </RailLink>
      )}
      <span class="rail__gap" />
      {desk.may('management.enter') && (
        <RailLink href="/manage" shape={layoutDashboard} label={t('Management centre')} />
      )}
      <MeMenu desk={desk} />
    </nav>
  );
}
