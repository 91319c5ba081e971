import alertTriangle from 'icon:alert-triangle';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import { useValue } from '../../shared/useValue';
import type { VisitorChat } from '../visitorChat';
import './Warning.css';

/** What the company warns of, above the whole conversation (W-20). */
export function Warning({ chat }: { chat: VisitorChat }) {
  const text = useValue(chat.style)?.window.warning;
  if (!text) return null;
  return (
    <aside class="warning" aria-label={t('Please note')}>
      <Icon shape={alertTriangle} size="small" />
      <p class="warning__text" dir="auto">
        {text}
      </p>
    </aside>
  );
}
