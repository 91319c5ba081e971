import x from 'icon:x';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import type { Toast } from './desk';
import './ToastBar.css';

type Props = { toast: Toast | null; onClose: () => void };

/** A word in passing at the foot of the page. */
export function ToastBar({ toast, onClose }: Props) {
  return (
    <div class="toast-bar" role="status">
      {toast && (
        <p class="toast-bar__toast">
          <span>{toast.text}</span>
          {toast.undo && (
            <button
              class="toast-bar__undo"
              type="button"
              onClick={() => {
                toast.undo?.();
                onClose();
              }}
            >
              {t('Undo')}
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
