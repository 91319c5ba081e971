import { useRef, useState } from 'preact/hooks';
import { t } from '../shared/i18n';
import { Avatar } from '../shared/messages/Avatar';
import type { Desk } from './desk';
import { MeSheet } from './MeSheet';
import { PresenceDot } from './PresenceDot';
import { presenceName } from './presences';
import './MeMenu.css';

type Props = { desk: Desk };

/** The agent himself: his state, his seat, his switches, the way out. */
export function MeMenu({ desk }: Props) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const presence = desk.presence.value;
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <div class="me-menu">
      <button
        ref={opener}
        class="rail__link"
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        title={desk.config.me.name}
        onClick={() => setOpen(!open)}
      >
        <span class="me-menu__face">
          <Avatar name={desk.config.me.name} />
          <PresenceDot presence={presence} />
        </span>
        <span class="rail__label">
          <span class="unseen">{t('My state:')} </span>
          {presenceName(presence)}
        </span>
      </button>
      {open && <MeSheet desk={desk} onClose={close} />}
    </div>
  );
}
