import phone from 'icon:phone';
import type { ComponentChildren } from 'preact';
import type { OfflineMessage } from '../shared/events';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { PageLink } from './PageLink';
import { hashOf } from './route';
import { visitorName } from './visitorName';

type Props = { message: OfflineMessage; seesVisitors: boolean };

/** All there is to know of an offline message (L-02); a phone number is there to be called (L-07). */
export function OfflineMessageFacts({ message, seesVisitors }: Props) {
  const { email, page_url, referrer_domain, ip, location, site } = message;
  return (
    <dl class="offline-message__facts">
      {email && <Fact name={t('E-mail')}>{email}</Fact>}
      {message.phone && (
        <Fact name={t('Phone')}>
          <a class="offline-message__call" href={`tel:${message.phone.replace(/[^\d+]/g, '')}`}>
            <Icon shape={phone} size="small" />
            {message.phone}
          </a>
        </Fact>
      )}
      {message.answers.map(({ label, value }) => (
        <Fact key={label} name={label}>
          {value}
        </Fact>
      ))}
      {page_url && (
        <Fact name={t('Page')}>
          <PageLink url={page_url} />
        </Fact>
      )}
      <Fact name={t('Came from')}>{referrer_domain || t('Direct visit')}</Fact>
      {location && <Fact name={t('Place')}>{location}</Fact>}
      {ip && <Fact name={t('IP address')}>{ip}</Fact>}
      <Fact name={t('Site')}>{site}</Fact>
      {seesVisitors && (
        <Fact name={t('Visitor')}>
          <a href={hashOf({ tab: 'visitors', id: message.visitor.id })}>
            {visitorName(message.visitor)}
          </a>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt class="facts__name" dir="auto">
        {name}
      </dt>
      <dd class="facts__value" dir="auto">
        {children}
      </dd>
    </div>
  );
}
