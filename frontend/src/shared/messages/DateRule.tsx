import { dayName } from '../format';
import './DateRule.css';

type Props = { at: string };

export function DateRule({ at }: Props) {
  return (
    <li class="date-rule">
      <time dateTime={at.slice(0, 10)}>{dayName(at)}</time>
    </li>
  );
}
