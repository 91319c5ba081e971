import { Button } from '../../shared/Button';
import { t } from '../../shared/i18n';
import './Ended.css';

type Props = {
  /** The company's own farewell (M-03). */
  words: string | undefined;
  onSave: () => void;
  onStartOver: () => void;
};

/** Below a conversation that is over. */
export function Ended({ words, onSave, onStartOver }: Props) {
  return (
    <div class="ended">
      <p class="ended__words" role="status" dir="auto">
        {words || t('This conversation has ended.')}
      </p>
      <div class="ended__buttons">
        <Button variant="quiet" onClick={onSave}>
          {t('Save it')}
        </Button>
        <Button variant="quiet" onClick={onStartOver}>
          {t('Start a new one')}
        </Button>
      </div>
    </div>
  );
}
