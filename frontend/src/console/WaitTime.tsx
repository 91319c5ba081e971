import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import { clock, secondsSince, shortDuration } from './elapsed';
import { warmthOf } from './rows';
import './WaitTime.css';

type Props = { since: string };

/** How long somebody has waited for a word: grey, then amber, then red. */
export function WaitTime({ since }: Props) {
  const seconds = secondsSince(since, clock.value);
  const text = shortDuration(seconds);
  return (
    <time
      class={`wait-time wait-time--${warmthOf(seconds)}`}
      dateTime={since}
      title={t('Waiting since {time}', { time: fullTime(since) })}
    >
      {text}
    </time>
  );
}
