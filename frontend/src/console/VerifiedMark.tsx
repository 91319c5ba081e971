import rosette from 'icon:rosette-discount-check';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import './VerifiedMark.css';

/** The customer's own site vouches for who this is (V-22). */
export function VerifiedMark() {
  return (
    <span class="verified-mark" title={t('Signed in on your site')}>
      <Icon shape={rosette} size="small" />
      <span class="unseen">{t('Signed in on your site')}</span>
    </span>
  );
}
