import { Icon } from '../shared/Icon';
import './InviteButton.css';

type Props = {
  shape: string[];
  label: string;
  /** Why it is dead (I-03, I-09): it stays where the keyboard and a screen reader find it, and says so. */
  against: string | null;
  onClick: () => void;
  onDead: (reason: string) => void;
};

/** A small button of the visitors' list that says why it cannot be pressed. */
export function InviteButton({ shape, label, against, onClick, onDead }: Props) {
  return (
    <button
      class="icon-button invite-button"
      type="button"
      aria-label={against ? `${label}: ${against}` : label}
      aria-disabled={against !== null}
      title={against ?? label}
      onClick={() => (against === null ? onClick() : onDead(against))}
    >
      <Icon shape={shape} />
    </button>
  );
}
