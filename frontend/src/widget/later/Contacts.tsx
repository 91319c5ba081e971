import qq from 'icon:brand-qq';
import wechat from 'icon:brand-wechat';
import whatsapp from 'icon:brand-whatsapp';
import { useState } from 'preact/hooks';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import type { WindowStyle } from '../../shared/style';
import './Contacts.css';

type Contact = WindowStyle['contacts'][number];

const SHAPES = { qq, wechat, whatsapp };
const NAMES = { qq: 'QQ', whatsapp: 'WhatsApp' };

/** Other ways to reach the company (E-05). */
export function Contacts({ contacts }: { contacts: Contact[] }) {
  const [shown, setShown] = useState(-1);
  return (
    <ul class="contacts" aria-label={t('Other ways to reach us')}>
      {contacts.map((contact, index) => (
        <li key={`${contact.kind}-${contact.label}`}>
          {contact.picture ? (
            <button
              class="contacts__one"
              type="button"
              aria-expanded={shown === index}
              onClick={() => setShown(shown === index ? -1 : index)}
            >
              <Icon shape={SHAPES[contact.kind]} size="small" />
              {labelOf(contact)}
            </button>
          ) : contact.url ? (
            <a class="contacts__one" href={contact.url} target="_blank" rel="noopener noreferrer">
              <Icon shape={SHAPES[contact.kind]} size="small" />
              {labelOf(contact)}
            </a>
          ) : (
            <p class="contacts__one">
              <Icon shape={SHAPES[contact.kind]} size="small" />
              {labelOf(contact)}
            </p>
          )}
          {shown === index && (
            <div class="contacts__code" role="status">
              <img class="contacts__picture" src={contact.picture} alt={t('QR code')} />
              {contact.url ? (
                <a href={contact.url} target="_blank" rel="noopener noreferrer">
                  {labelOf(contact)}
                </a>
              ) : (
                <p>{t('Scan it with your phone.')}</p>
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function labelOf({ kind, label }: Contact): string {
  const name = kind === 'wechat' ? t('WeChat') : NAMES[kind];
  return label && label !== name ? `${name} · ${label}` : name;
}
