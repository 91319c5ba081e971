import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { OfflineMessageRow } from './OfflineMessageRow';

type Props = { desk: Desk };

/** What visitors left while nobody could answer; what is still to be handled comes first (L-06). */
export function OfflineMessageList({ desk }: Props) {
  const messages = desk.offlineMessages.rows();
  if (!desk.ready.value) return null;
  if (messages.length === 0) return <p class="list-column__empty">{t('No offline messages.')}</p>;
  const newest = messages.sort((one, other) => other.id - one.id);
  const open = newest.filter((message) => message.handled_at === null);
  const handled = newest.filter((message) => message.handled_at !== null);
  const current = desk.route.place.value.id;
  return (
    <ul>
      {[...open, ...handled].map((message) => (
        <OfflineMessageRow key={message.id} message={message} current={message.id === current} />
      ))}
    </ul>
  );
}
