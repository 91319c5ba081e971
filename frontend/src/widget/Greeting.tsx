import { t } from '../shared/i18n';
import './Greeting.css';

type Props = { company: string };

/** The first thing a visitor sees. */
export function Greeting({ company }: Props) {
  return (
    <div class="greeting">
      <h2 class="greeting__hello">{t('Hello')} 👋</h2>
      <p>{t('Ask us anything. The team of {company} answers here.', { company })}</p>
    </div>
  );
}
