import infoCircle from 'icon:info-circle';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../shared/IconButton';
import { t } from '../../shared/i18n';
import { useValue } from '../../shared/useValue';
import type { VisitorChat } from '../visitorChat';
import { hasPanel } from './panel';
import './HeaderLinks.css';

type Props = { chat: VisitorChat; isOpen: boolean; onAbout: () => void };

/** The company's forum, where there is room for it (W-18), and who we are, where there is none beside the chat. */
export function HeaderLinks({ chat, isOpen, onAbout }: Props) {
  const look = useValue(chat.style)?.window;
  const about = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen) about.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  if (!look) return null;
  const { forum, menu } = look;
  return (
    <>
      {forum && menu.includes('forum') && (
        <a
          class="header-links__forum"
          href={forum.url}
          target="_blank"
          rel="noopener noreferrer"
          dir="auto"
        >
          {forum.text || t('Forum')}
        </a>
      )}
      {hasPanel(look) && (
        <span class="header-links__about">
          <IconButton
            shape={infoCircle}
            label={t('About us')}
            expanded={isOpen}
            buttonRef={about}
            onClick={onAbout}
          />
        </span>
      )}
    </>
  );
}
