import type { ComponentChildren } from 'preact';
import './Button.css';

type Props = {
  children: ComponentChildren;
  variant?: 'quiet' | 'danger';
  type?: 'button' | 'submit';
  disabled?: boolean;
  onClick?: () => void;
};

export function Button({ children, variant, type = 'button', disabled, onClick }: Props) {
  return (
    <button
      class={variant ? `button button--${variant}` : 'button'}
      type={type}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
