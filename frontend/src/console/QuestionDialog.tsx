import { Button } from '../shared/Button';
import { t } from '../shared/i18n';
import { Dialog } from './Dialog';
import type { Question } from './desk';

type Props = { question: Question; onClose: () => void };

/** Asks before something is lost. */
export function QuestionDialog({ question, onClose }: Props) {
  return (
    <Dialog title={t('Are you sure?')} onClose={onClose}>
      <div class="dialog__content">
        <p>{question.text}</p>
        <div class="dialog__actions">
          <Button variant="quiet" onClick={onClose}>
            {t('Cancel')}
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              onClose();
              question.onYes();
            }}
          >
            {question.yes}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
