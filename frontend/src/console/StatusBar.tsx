import x from 'icon:x';
import type { ComponentChildren } from 'preact';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { number } from './numbers';
import './StatusBar.css';

type Props = { desk: Desk };

/** The foot of the page: what is going on now, and who one is here. */
export function StatusBar({ desk }: Props) {
  if (!desk.ready.value) return null;
  const { me } = desk.config;
  const { taken, total } = desk.seats.value;
  const chats = desk.colleagues.rows().reduce((sum, colleague) => sum + colleague.talking, 0);
  return (
    <section class="status-bar" aria-label={t('Status')}>
      <dl class="status-bar__facts">
        {desk.may('visitors.see') && (
          <Fact name={t('Visitors now')}>{number(desk.visitors.rows.ids.value.length)}</Fact>
        )}
        <Fact name={t('Chats now')}>{number(chats)}</Fact>
        <Fact name={t('Waiting')} urgent={desk.conversations.waitingCount.value > 0}>
          {number(desk.conversations.waitingCount.value)}
        </Fact>
        <Fact name={t('Company ID')} apart>
          {desk.companyKey.value}
        </Fact>
        <Fact name={t('Agent number')}>{me.number}</Fact>
        <Fact name={t('Role')}>{desk.role.value}</Fact>
        {taken !== null && (
          <Fact name={t('Seats')}>{t('{taken} of {total}', { taken, total })}</Fact>
        )}
      </dl>
      <button
        class="status-bar__hide"
        type="button"
        title={t('Hide the status bar')}
        aria-label={t('Hide the status bar')}
        onClick={() => {
          desk.preferences.statusBar.value = false;
        }}
      >
        <Icon shape={x} size="small" />
      </button>
    </section>
  );
}

type FactProps = { name: string; urgent?: boolean; apart?: boolean; children: ComponentChildren };

function Fact({ name, urgent = false, apart = false, children }: FactProps) {
  const variants = [urgent && 'urgent', apart && 'apart'].filter(Boolean);
  const classes = ['', ...variants.map((one) => `--${one}`)].map((one) => `status-bar__fact${one}`);
  return (
    <div class={classes.join(' ')}>
      <dt class="status-bar__name" title={name} dir="auto">
        {name}
      </dt>
      <dd class="status-bar__value">{children}</dd>
    </div>
  );
}
