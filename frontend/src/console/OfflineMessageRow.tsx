import check from 'icon:check';
import type { OfflineMessage } from '../shared/events';
import { fullTime } from '../shared/format';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { shortTime } from './elapsed';
import { hashOf } from './route';
import { visitorName } from './visitorName';
import './OfflineMessageRow.css';

type Props = { message: OfflineMessage; current: boolean };

export function OfflineMessageRow({ message, current }: Props) {
  const handled = message.handled_at !== null;
  return (
    <li class={handled ? 'offline-row offline-row--handled' : 'offline-row'}>
      <a
        class="offline-row__link"
        href={hashOf({ tab: 'messages', id: message.id })}
        aria-current={current ? 'true' : undefined}
      >
        <span class="offline-row__top">
          <span class="offline-row__name" dir="auto">
            {message.name || visitorName(message.visitor)}
          </span>
          <time
            class="offline-row__time"
            dateTime={message.created_at}
            title={fullTime(message.created_at)}
          >
            {shortTime(message.created_at)}
          </time>
        </span>
        <span class="offline-row__bottom">
          <span class="offline-row__line" dir="auto">
            {message.text}
          </span>
          {handled && (
            <span class="offline-row__mark">
              <Icon shape={check} size="small" />
              <span class="unseen">{t('Handled')}</span>
            </span>
          )}
        </span>
      </a>
    </li>
  );
}
