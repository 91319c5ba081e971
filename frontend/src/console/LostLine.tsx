import cloudOff from 'icon:cloud-off';
import { Icon } from '../shared/Icon';
import { t, tn } from '../shared/i18n';
import type { LinkState } from '../shared/transport';
import './LostLine.css';

type Props = { link: LinkState; online: boolean; ready: boolean; unsent: number };

/** Says that the line is gone, and what becomes of what was written. */
export function LostLine({ link, online, ready, unsent }: Props) {
  if (online && link === 'polling')
    return (
      <p class="lost-line lost-line--slow" role="status">
        {t('Your network blocks live connections. Messages arrive a few seconds late.')}
      </p>
    );
  const lost = !online || link === 'lost' || (link === 'connecting' && ready);
  if (!lost) return null;
  return (
    <p class="lost-line" role="status">
      <Icon shape={cloudOff} size="small" />
      <span>
        {online
          ? t('No connection. Trying again.')
          : t('This device has no network. Everything comes back with it.')}{' '}
        {unsent > 0 &&
          tn(
            '{n} message is kept and will be sent.',
            '{n} messages are kept and will be sent.',
            unsent,
          )}
      </span>
    </p>
  );
}
