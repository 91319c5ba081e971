import bell from 'icon:bell';
import keyboard from 'icon:keyboard';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import type { Desk, Sheet } from './desk';
import { switchNotifications } from './notifications';
import { Popover } from './Popover';
import { PresenceDot } from './PresenceDot';
import { PRESENCES, presenceName } from './presences';
import { Switch } from './Switch';
import './MeSheet.css';

type Props = { desk: Desk; onClose: () => void };

export function MeSheet({ desk, onClose }: Props) {
  const { me, company } = desk.config;
  const { sound, notifications, sendKey, statusBar } = desk.preferences;
  const open = (sheet: Sheet) => () => {
    onClose();
    desk.sheet.value = sheet;
  };
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
      <Facts desk={desk} />
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
        <SheetItem shape={bell} label={t('What calls me, and how')} onClick={open('calls')} />
        <Switch
          label={t('Send with Ctrl+Enter')}
          on={sendKey.value === 'ctrl_enter'}
          onSwitch={() => {
            sendKey.value = sendKey.value === 'enter' ? 'ctrl_enter' : 'enter';
          }}
        />
        <span class="me-sheet__wide">
          <Switch
            label={t('Status bar')}
            on={statusBar.value}
            onSwitch={() => {
              statusBar.value = !statusBar.value;
            }}
          />
        </span>
        <SheetItem shape={keyboard} label={t('Keyboard shortcuts')} onClick={open('shortcuts')} />
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

/** What the status bar says where there is room for one. */
function Facts({ desk }: { desk: Desk }) {
  const { role, companyKey, me } = desk;
  if (!role.value) return null;
  return (
    <p class="me-sheet__seats">
      {t('{role} of {company}', { role: role.value, company: companyKey.value })}
      {me && !me.receives && (
        <>
          <br />
          {t('No conversations are assigned to you.')}
        </>
      )}
    </p>
  );
}

type ItemProps = { shape: string[]; label: string; onClick: () => void };

function SheetItem({ shape, label, onClick }: ItemProps) {
  return (
    <button class="me-sheet__item" type="button" onClick={onClick}>
      <Icon shape={shape} size="small" />
      {label}
    </button>
  );
}
