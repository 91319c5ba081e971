import circleCheck from 'icon:circle-check';
import { Button } from '../../shared/Button';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import './Trouble.css';

/** Nothing is kept any more, and nothing new begins until he wants it. */
export function Erased() {
  return (
    <div class="trouble" role="status">
      <Icon shape={circleCheck} size="large" />
      <p>{t('Everything about you has been erased.')}</p>
      <Button variant="quiet" onClick={() => location.reload()}>
        {t('Start a new conversation')}
      </Button>
    </div>
  );
}
