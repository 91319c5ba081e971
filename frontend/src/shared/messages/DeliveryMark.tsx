import check from 'icon:check';
import checks from 'icon:checks';
import clock from 'icon:clock';
import { Icon } from '../Icon';
import { t } from '../i18n';
import './DeliveryMark.css';

export type Delivery = 'waiting' | 'sent' | 'read';

type Props = { delivery: Delivery };

/** How far one's own message has come. */
export function DeliveryMark({ delivery }: Props) {
  const shape = { waiting: clock, sent: check, read: checks }[delivery];
  const words = { waiting: t('Sending'), sent: t('Sent'), read: t('Read') }[delivery];
  return (
    <span class={`delivery-mark delivery-mark--${delivery}`}>
      <Icon shape={shape} size="small" />
      {words}
    </span>
  );
}
