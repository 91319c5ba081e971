import cloudOff from 'icon:cloud-off';
import hourglass from 'icon:hourglass-empty';
import type { Conversation } from '../shared/events';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import type { LinkState } from '../shared/transport';
import './Banner.css';

type Props = {
  link: LinkState;
  state: Conversation['state'] | null;
  online: boolean;
  hasWritten: boolean;
  onLeave: () => void;
};

/** The one thing worth knowing right now, under the header. */
export function Banner({ link, state, online, hasWritten, onLeave }: Props) {
  if (link === 'lost' || (link === 'connecting' && hasWritten))
    return (
      <p class="banner banner--lost" role="status">
        <Icon shape={cloudOff} size="small" />
        {t('No connection. What you write is kept and sent when it is back.')}
      </p>
    );
  if (state !== 'waiting' || !hasWritten) return null;
  if (online)
    return (
      <p class="banner" role="status">
        <Icon shape={hourglass} size="small" />
        {t('Thank you. Somebody will answer you here in a moment.')}
      </p>
    );
  return (
    <div class="banner" role="status">
      <Icon shape={hourglass} size="small" />
      <span>
        {t('Nobody is here right now.')}{' '}
        <button class="banner__action" type="button" onClick={onLeave}>
          {t('Leave your e-mail or phone number')}
        </button>
      </span>
    </div>
  );
}
