import { t } from '../shared/i18n';
import type { Desk } from './desk';

/** The browser asks once; a no there is a no here. */
export async function switchNotifications(desk: Desk): Promise<void> {
  const { notifications } = desk.preferences;
  if (notifications.peek()) {
    notifications.value = false;
    return;
  }
  const permission =
    'Notification' in globalThis ? await Notification.requestPermission() : 'denied';
  notifications.value = permission === 'granted';
  if (permission !== 'granted')
    desk.say({ text: t('Your browser does not allow notifications for this page.') });
}
