import creditCard from 'icon:credit-card';
import close from 'icon:x';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../shared/Icon';
import { IconButton } from '../../shared/IconButton';
import { t } from '../../shared/i18n';
import { useValue } from '../../shared/useValue';
import type { VisitorChat } from '../visitorChat';
import { Contacts } from './Contacts';
import { Introduction } from './Introduction';
import { PictureLink } from './PictureLink';
import { hasPanel } from './panel';
import './AboutUs.css';

type Props = { chat: VisitorChat; isOpen: boolean; onClose: () => void };

/** Who the company is: at the right of a wide window, a sheet over a narrow one (W-13, W-14, W-19). */
export function AboutUs({ chat, isOpen, onClose }: Props) {
  const look = useValue(chat.style)?.window;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isOpen) title.current?.focus();
  }, [isOpen]);
  const isThere = look !== undefined && hasPanel(look);
  // What the company takes away while somebody reads it gives way to the conversation.
  useEffect(() => {
    if (isOpen && !isThere) onClose();
  }, [isOpen, isThere]);
  useEffect(() => () => onClose(), []);
  if (!isThere) return null;
  const { introduction_html, payment, contacts, picture } = look;
  return (
    <aside
      class={isOpen ? 'about-us about-us--open' : 'about-us'}
      aria-labelledby="about-us-title"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="about-us__head">
        <h2 class="about-us__title" id="about-us-title" tabIndex={-1} ref={title}>
          {t('About us')}
        </h2>
        <span class="about-us__close">
          <IconButton shape={close} label={t('Back to the chat')} onClick={onClose} />
        </span>
      </div>
      {introduction_html && <Introduction html={introduction_html} />}
      {payment && (
        <a
          class="about-us__payment"
          href={payment.url}
          target="_blank"
          rel="noopener noreferrer"
          dir="auto"
        >
          <Icon shape={creditCard} size="small" />
          {payment.text || t('Pay online')}
        </a>
      )}
      {contacts.length > 0 && <Contacts contacts={contacts} />}
      {picture && <PictureLink picture={picture} />}
    </aside>
  );
}
