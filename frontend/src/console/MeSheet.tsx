import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { Popover } from './Popover';
import { PresenceDot } from './PresenceDot';
import { PRESENCES, presenceName } from './presences';
import { Switch } from './Switch';
import './MeSheet.css';

type Props = { desk: Desk; onClose: () => void };

export function MeSheet({ desk, onClose }: Props) {
  const { me, company } = desk.config;
  const { sound, notifications, sendKey } = desk.preferences;
  const presences = PRESENCES.filter(
    (one) => one !== 'invisible' || desk.may('presence.invisible'),
  );
  return (
    <Popover label={me.name} onClose={onClose}>
      <p class="me-sheet__who">
        <strong class="me-sheet__name">{me.name}</strong>
        <span class="me-sheet__company">
          {me.number} · {company.name}
        </span>
      </p>
      <fieldset class="me-sheet__part">
        <legend class="unseen">{t('My state')}</legend>
        {presences.map((presence) => (
          <button
            key={presence}
            class="me-sheet__item"
            type="button"
            aria-pressed={desk.presence.value === presence}
            onClick={() => {
              onClose();
              void desk.choosePresence(presence);
            }}
          >
            <PresenceDot presence={presence} />
            {presenceName(presence)}
          </button>
        ))}
      </fieldset>
      <SeatLine taken={desk.seats.value.taken} total={desk.seats.value.total} />
      <div class="me-sheet__part">
        <Switch
          label={t('Sound')}
          on={sound.value}
          onSwitch={() => {
            sound.value = !sound.value;
          }}
        />
        <Switch
          label={t('Desktop notifications')}
          on={notifications.value}
          onSwitch={() => void switchNotifications(desk)}
        />
        <Switch
          label={t('Send with Ctrl+Enter')}
          on={sendKey.value === 'ctrl_enter'}
          onSwitch={() => {
            sendKey.value = sendKey.value === 'enter' ? 'ctrl_enter' : 'enter';
          }}
        />
      </div>
      <form class="me-sheet__part" method="post" action="/sign-out">
        <input type="hidden" name="csrf_token" value={desk.csrf} />
        <button class="me-sheet__item" type="submit">
          {t('Sign out')}
        </button>
      </form>
    </Popover>
  );
}

function SeatLine({ taken, total }: { taken: number | null; total: number }) {
  if (taken === null) return null;
  return <p class="me-sheet__seats">{t('{taken} of {total} seats in use', { taken, total })}</p>;
}

/** The browser asks once; a no there is a no here. */
async function switchNotifications(desk: Desk): Promise<void> {
  const { notifications } = desk.preferences;
  if (notifications.peek()) notifications.value = false;
  else if ('Notification' in globalThis) {
    const permission = await Notification.requestPermission();
    notifications.value = permission === 'granted';
    if (permission !== 'granted')
      desk.say({ text: t('Your browser does not allow notifications for this page.') });
  }
}
