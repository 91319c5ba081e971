import dots from 'icon:dots-vertical';
import { useRef, useState } from 'preact/hooks';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { lazily } from '../shared/lazily';
import type { MenuListProps } from './MenuList';
import './Menu.css';

const MenuList = lazily(async () => (await import('./MenuList')).MenuList);

type Props = Omit<MenuListProps, 'onClose'>;

/** The button behind which the visitor's switches are. */
export function Menu(props: Props) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) opener.current?.focus();
  };
  return (
    <div class="menu">
      <IconButton
        shape={dots}
        label={t('Menu')}
        expanded={open}
        buttonRef={opener}
        onClick={() => setOpen(!open)}
      />
      {open && <MenuList {...props} onClose={close} />}
    </div>
  );
}
