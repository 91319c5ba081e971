import type { Ref } from 'preact';
import { Icon } from './Icon';
import './IconButton.css';

type Props = {
  shape: string[];
  label: string;
  filled?: boolean;
  expanded?: boolean;
  pressed?: boolean;
  disabled?: boolean;
  type?: 'button' | 'submit';
  buttonRef?: Ref<HTMLButtonElement>;
  onClick?: () => void;
};

/** A button that shows an icon and says its label. */
export function IconButton(props: Props) {
  const {
    shape,
    label,
    filled,
    expanded,
    pressed,
    disabled,
    type = 'button',
    buttonRef,
    onClick,
  } = props;
  return (
    <button
      ref={buttonRef}
      class={filled ? 'icon-button icon-button--filled' : 'icon-button'}
      type={type}
      aria-label={label}
      aria-expanded={expanded}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon shape={shape} />
    </button>
  );
}
