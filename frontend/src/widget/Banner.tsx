import cloudOff from 'icon:cloud-off';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import './Banner.css';

type Props = {
  /** Whether the service was there since this page began. */
  wasThere: boolean;
};

/** That the line is gone, and that nothing written is lost by it. */
export function Banner({ wasThere }: Props) {
  return (
    <p class="banner" role="status">
      <Icon shape={cloudOff} size="small" />
      {wasThere
        ? t('No connection. What you write is kept and sent when it is back.')
        : t('We cannot reach the service. Your message is kept here and sent as soon as we can.')}
    </p>
  );
}
