import x from 'icon:x';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import type { Toast } from './desk';
import './ToastBar.css';

type Props = { toast: Toast | null; onClose: () => void };

/** A word in passing, above what one reads and away from where one writes. */
export function ToastBar({ toast, onClose }: Props) {
  return (
    <div class="toast-bar" role="status">
      {toast && (
        <p class="toast-bar__toast">
          <span>{toast.text}</span>
          {toast.action && (
            <button
              class="toast-bar__action"
              type="button"
              onClick={() => {
                onClose();
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button class="toast-bar__close" type="button" aria-label={t('Close')} onClick={onClose}>
            <Icon shape={x} size="small" />
          </button>
        </p>
      )}
    </div>
  );
}
