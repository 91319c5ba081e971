import { fullTime } from '../shared/format';
import { clock, secondsSince, stopwatch } from './elapsed';

type Props = { since: string };

/** How long something has gone on, to the second. */
export function Ticking({ since }: Props) {
  return (
    <time dateTime={since} title={fullTime(since)}>
      {stopwatch(secondsSince(since, clock.value))}
    </time>
  );
}
