import chevronDown from 'icon:chevron-down';
import { Mark } from '../shared/brand/Mark';
import type { Person } from '../shared/events';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { Avatar } from '../shared/messages/Avatar';
import type { LinkState } from '../shared/transport';
import type { MenuChoices } from './later/MenuList';
import { Menu } from './Menu';
import './Header.css';

type Props = {
  company: string;
  member: Person | null;
  link: LinkState;
  online: boolean;
  menu: MenuChoices;
  onClose: () => void;
};

/** Who the visitor is talking to. */
export function Header({ company, member, link, online, menu, onClose }: Props) {
  return (
    <header class="header">
      {member ? <Avatar name={member.name} size="large" /> : <Mark />}
      <div class="header__words">
        <h1 class="header__company">{company}</h1>
        <p class="header__state">{member ? member.name : stateWords(link, online)}</p>
      </div>
      <Menu {...menu} />
      <IconButton shape={chevronDown} label={t('Close chat')} onClick={onClose} />
    </header>
  );
}

function stateWords(link: LinkState, online: boolean): string {
  if (link === 'connecting') return t('Connecting');
  if (link === 'refused') return '';
  if (link === 'lost') return t('No connection');
  return online ? t('We are online') : t('Nobody is here');
}
