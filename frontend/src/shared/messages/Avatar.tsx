import './Avatar.css';

type Props = { name: string; size?: 'large' };

/** The first letter of a name in a circle, until there is a photo. */
export function Avatar({ name, size }: Props) {
  const [initial = ''] = name.trim();
  return (
    <span class={size ? `avatar avatar--${size}` : 'avatar'} aria-hidden="true">
      {initial.toLocaleUpperCase()}
    </span>
  );
}
