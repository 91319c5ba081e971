import { t } from '../shared/i18n';
import type { Desk } from './desk';
import type { InboxFilter } from './inbox';
import './Segments.css';
import { OfflineMessageRow } from './OfflineMessageRow';

type Props = { desk: Desk };

const FILTERS: readonly InboxFilter[] = ['open', 'mine', 'handled', 'all'];

/** What visitors left while nobody could answer; at first what is still to be handled (L-06). */
export function OfflineMessageList({ desk }: Props) {
  const { shown, filter } = desk.inbox;
  const current = desk.route.place.value.id;
  if (!desk.ready.value) return null;
  return (
    <>
      <fieldset class="segments segments--tight">
        <legend class="unseen">{t('Which messages')}</legend>
        {FILTERS.map((one) => (
          <button
            key={one}
            class="segments__segment"
            type="button"
            aria-pressed={filter.value === one}
            onClick={() => {
              filter.value = one;
            }}
          >
            {filterName(one)}
          </button>
        ))}
      </fieldset>
      {shown.value.length === 0 && <p class="list-column__empty">{emptyWords(filter.value)}</p>}
      <ul>
        {shown.value.map((message) => (
          <OfflineMessageRow key={message.id} message={message} current={message.id === current} />
        ))}
      </ul>
    </>
  );
}

function filterName(filter: InboxFilter): string {
  switch (filter) {
    case 'mine':
      return t('Mine');
    case 'open':
      return t('To handle');
    case 'handled':
      return t('Handled');
    case 'all':
      return t('All');
  }
}

function emptyWords(filter: InboxFilter): string {
  if (filter === 'mine') return t('Nothing to handle is assigned to you.');
  if (filter === 'open')
    return t('Nothing to handle. What visitors leave while nobody is here comes in here.');
  return t('No offline messages.');
}
