import { t } from '../shared/i18n';
import './Connecting.css';

/** The shape of what is about to be there. */
export function Connecting() {
  return (
    <div class="connecting" role="status">
      <span class="unseen">{t('Connecting')}</span>
      <i class="connecting__line" />
      <i class="connecting__line connecting__line--short" />
      <i class="connecting__line connecting__line--mine" />
    </div>
  );
}
