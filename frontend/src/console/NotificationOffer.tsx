import { Button } from '../shared/Button';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { switchNotifications } from './notifications';
import './Slip.css';

type Props = { desk: Desk; needed: boolean };

/** Asked once, when somebody has a visitor to miss; the browser asks only after a yes here. */
export function NotificationOffer({ desk, needed }: Props) {
  const { asked, notifications } = desk.preferences;
  const open = 'Notification' in globalThis && Notification.permission === 'default';
  if (!needed || asked.value || notifications.value || !open) return null;
  const answer = (wanted: boolean) => {
    asked.value = true;
    if (wanted) void switchNotifications(desk);
  };
  return (
    <div class="slip" role="status">
      <div class="slip__words">
        <p>{t('Shall your desktop tell you when a visitor writes while you look elsewhere?')}</p>
        <div class="slip__actions">
          <Button onClick={() => answer(true)}>{t('Yes')}</Button>
          <Button variant="quiet" onClick={() => answer(false)}>
            {t('No')}
          </Button>
        </div>
      </div>
    </div>
  );
}
