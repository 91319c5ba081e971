import { Button } from '../../shared/Button';
import { t } from '../../shared/i18n';
import './Consent.css';

type Props = { onDecide: (allowed: boolean) => void };

/** Asked once, when he begins to write: until he answers, the team sees nothing of it. */
export function Consent({ onDecide }: Props) {
  return (
    <div class="consent">
      <p class="consent__question" role="status">
        {t('May the team see what you type before you send it?')}
      </p>
      <Button variant="quiet" onClick={() => onDecide(true)}>
        {t('Allow')}
      </Button>
      <Button variant="quiet" onClick={() => onDecide(false)}>
        {t("Don't allow")}
      </Button>
    </div>
  );
}
