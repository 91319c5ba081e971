import chevronDown from 'icon:chevron-down';
import type { ComponentChildren } from 'preact';
import { Mark } from '../shared/brand/Mark';
import type { Person } from '../shared/events';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { lazily } from '../shared/lazily';
import { Avatar } from '../shared/messages/Avatar';
import type { Reception } from '../shared/style';
import type { LinkState } from '../shared/transport';
import { parts } from './later';
import type { MenuChoices } from './later/MenuList';
import { Menu } from './Menu';
import './Header.css';

const StandingWords = lazily(async () => (await parts()).StandingWords);

type Props = {
  title: string;
  member: Person | null;
  link: LinkState;
  reception: Reception;
  menu: MenuChoices;
  children?: ComponentChildren;
  /** Undefined where there is nothing around it to go back to. */
  onClose: (() => void) | undefined;
};

/** Who the visitor is talking to. */
export function Header({ title, member, link, reception, menu, children, onClose }: Props) {
  return (
    <header class="header">
      {member ? <Avatar name={member.name} size="large" /> : <Mark />}
      <div class="header__words">
        <h1 class="header__company">
          <bdi>{title}</bdi>
        </h1>
        <p class="header__state">{member ? member.name : stateWords(link, reception)}</p>
      </div>
      {children}
      <Menu {...menu} />
      {onClose && <IconButton shape={chevronDown} label={t('Close chat')} onClick={onClose} />}
    </header>
  );
}

function stateWords(link: LinkState, reception: Reception): ComponentChildren {
  if (link === 'connecting') return t('Connecting');
  if (link === 'refused') return '';
  if (link === 'lost') return t('No connection');
  if (reception.standing === 'online') return t('We are online');
  if (reception.standing === 'offline') return t('Nobody is here');
  return <StandingWords {...reception} />;
}
