import { Button } from '../shared/Button';
import { t } from '../shared/i18n';
import './Ended.css';

type Props = { onStartOver: () => void };

/** Below a conversation that is over. */
export function Ended({ onStartOver }: Props) {
  return (
    <div class="ended">
      <p class="ended__words" role="status">
        {t('This conversation has ended.')}
      </p>
      <Button variant="quiet" onClick={onStartOver}>
        {t('Start a new one')}
      </Button>
    </div>
  );
}
