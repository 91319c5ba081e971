import { number } from './numbers';
import './Badge.css';

type Props = { count: number; label: string; tone?: 'waiting' };

/** How many, if any. */
export function Badge({ count, label, tone }: Props) {
  if (count === 0) return null;
  return (
    <span class={tone ? `badge badge--${tone}` : 'badge'}>
      <span aria-hidden="true">{count > 99 ? '99+' : number(count)}</span>
      <span class="unseen">{label}</span>
    </span>
  );
}
