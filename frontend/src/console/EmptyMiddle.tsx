import messageCircle from 'icon:message-circle';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { FirstSteps } from './FirstSteps';
import './EmptyMiddle.css';

type Props = { desk: Desk };

/** The middle while nothing is chosen: the first steps as long as nobody has come, a quiet word afterwards. */
export function EmptyMiddle({ desk }: Props) {
  if (!desk.ready.value) return <p class="empty-middle empty-middle--faint">{t('Connecting…')}</p>;
  const { tab } = desk.route.place.value;
  const quiet =
    desk.conversations.rows.ids.value.length === 0 && desk.visitors.rows.ids.value.length === 0;
  if (tab === 'chats' && quiet && desk.config.site_key) return <FirstSteps desk={desk} />;
  return (
    <div class="empty-middle empty-middle--faint">
      <Icon shape={messageCircle} size="large" />
      <p>{hintFor(tab)}</p>
    </div>
  );
}

function hintFor(tab: string): string {
  if (tab === 'messages') return t('Choose a message to read it.');
  if (tab === 'colleagues') return t('Choose a colleague to talk to.');
  return t('Choose a visitor. Alt+Z takes you to the next one who waits.');
}
