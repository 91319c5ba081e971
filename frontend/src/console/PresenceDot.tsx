import type { Presence } from '../shared/events';
import './PresenceDot.css';

type Props = { presence: Presence };

/** A state as a colour and a form; the word stands beside it or in the label. */
export function PresenceDot({ presence }: Props) {
  return <span class={`presence-dot presence-dot--${presence}`} aria-hidden="true" />;
}
