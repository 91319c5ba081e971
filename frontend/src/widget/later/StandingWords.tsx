import { t } from '../../shared/i18n';
import type { Reception } from '../../shared/style';
import { openingTime } from './openingTime';

/** Why nobody is there, or why it may take a while. */
export function StandingWords({ standing, opens_at }: Reception) {
  if (standing === 'busy') return <>{t('Everybody is busy')}</>;
  const until = opens_at && openingTime(opens_at, 'short');
  return <>{until ? t('Closed until {time}', { time: until }) : t('We are closed')}</>;
}
