import arrowLeft from 'icon:arrow-left';
import mail from 'icon:mail';
import type { OfflineMessage } from '../shared/events';
import { fullTime } from '../shared/format';
import { Icon } from '../shared/Icon';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { HandlingForm } from './HandlingForm';
import { PageLink } from './PageLink';
import { hashOf } from './route';
import { visitorName } from './visitorName';
import './OfflineMessageView.css';

type Props = { desk: Desk; message: OfflineMessage };

/** A message a visitor left, how to reach him, and what became of it (L-02, L-06, L-07). */
export function OfflineMessageView({ desk, message }: Props) {
  const name = message.name || visitorName(message.visitor);
  return (
    <article class="offline-message">
      <header class="offline-message__header">
        <span class="offline-message__back">
          <IconButton
            shape={arrowLeft}
            label={t('Back to the list')}
            onClick={() => desk.route.go('messages')}
          />
        </span>
        <div>
          <h2 class="offline-message__name" dir="auto">
            {name}
          </h2>
          <time class="offline-message__time" dateTime={message.created_at}>
            {fullTime(message.created_at)}
          </time>
        </div>
      </header>
      <div class="offline-message__body">
        <p class="offline-message__text" dir="auto">
          {message.text}
        </p>
        <dl class="offline-message__facts">
          {message.email && (
            <div>
              <dt class="facts__name">{t('E-mail')}</dt>
              <dd class="facts__value">
                <a href={replyTo(message, desk.config.company.name)}>{message.email}</a>
              </dd>
            </div>
          )}
          {message.phone && (
            <div>
              <dt class="facts__name">{t('Phone')}</dt>
              <dd class="facts__value">
                <a href={`tel:${message.phone.replace(/[^\d+]/g, '')}`}>{message.phone}</a>
              </dd>
            </div>
          )}
          {message.answers.map(({ label, value }) => (
            <div key={label}>
              <dt class="facts__name" dir="auto">
                {label}
              </dt>
              <dd class="facts__value" dir="auto">
                {value}
              </dd>
            </div>
          ))}
          {message.page_url && (
            <div>
              <dt class="facts__name">{t('Page')}</dt>
              <dd class="facts__value">
                <PageLink url={message.page_url} />
              </dd>
            </div>
          )}
          {message.ip && (
            <div>
              <dt class="facts__name">{t('IP address')}</dt>
              <dd class="facts__value">{message.ip}</dd>
            </div>
          )}
          {desk.may('visitors.see') && (
            <div>
              <dt class="facts__name">{t('Visitor')}</dt>
              <dd class="facts__value">
                <a href={hashOf({ tab: 'visitors', id: message.visitor.id })}>
                  {visitorName(message.visitor)}
                </a>
              </dd>
            </div>
          )}
        </dl>
        {message.email && message.handled_at === null && (
          <div>
            <a class="button" href={replyTo(message, desk.config.company.name)}>
              <Icon shape={mail} size="small" />
              {t('Reply by e-mail')}
            </a>
          </div>
        )}
        <HandlingForm message={message} onHandle={(note) => void desk.handle(message, note)} />
      </div>
    </article>
  );
}

/** A letter that begins with what it answers (L-07). */
function replyTo({ email, text, created_at }: OfflineMessage, company: string): string {
  const subject = t('Your message to {company}', { company });
  const quoted = text.slice(0, 1000).replace(/^/gm, '> ');
  const body = `\n\n${fullTime(created_at)}\n${quoted}`;
  const fields = [`subject=${encodeURIComponent(subject)}`, `body=${encodeURIComponent(body)}`];
  return `mailto:${encodeURIComponent(email)}?${fields.join('&')}`;
}
