import type { Mood } from './rows';
import './MoodMark.css';

type Props = { mood: Mood };

/** Orange diamond, green disc or grey ring: the form says it too. */
export function MoodMark({ mood }: Props) {
  return <span class={`mood-mark mood-mark--${mood}`} aria-hidden="true" />;
}
