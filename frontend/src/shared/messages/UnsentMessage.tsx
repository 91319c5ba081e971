import type { SentFile } from '../events';
import { t } from '../i18n';
import { Bubble } from './Bubble';
import { DeliveryMark } from './DeliveryMark';
import './UnsentMessage.css';

export type Unsendable = {
  client_id: string;
  text: string;
  file: SentFile | null;
  refusal: string | null;
};

type Props = { unsent: Unsendable; onRetry: (id: string) => void; onRemove: (id: string) => void };

/** One's own message on its way, or the reason why it stays here. */
export function UnsentMessage({ unsent, onRetry, onRemove }: Props) {
  return (
    <li class="message-group message-group--mine">
      <div class="message-group__messages">
        <Bubble message={unsent} mine pale />
        <p class="message-group__foot">
          {unsent.refusal === null ? (
            <DeliveryMark delivery="waiting" />
          ) : (
            <>
              <span class="unsent-message__refusal">
                {t('Not sent. {reason}', { reason: unsent.refusal })}
              </span>
              <button
                class="unsent-message__action"
                type="button"
                onClick={() => onRetry(unsent.client_id)}
              >
                {t('Send again')}
              </button>
              <button
                class="unsent-message__action"
                type="button"
                onClick={() => onRemove(unsent.client_id)}
              >
                {t('Remove')}
              </button>
            </>
          )}
        </p>
      </div>
    </li>
  );
}
