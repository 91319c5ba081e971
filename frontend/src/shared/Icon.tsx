import './Icon.css';

type Props = { shape: string[]; size?: 'small' | 'large' };

/** An icon beside or instead of words; what it means is said by the words or the button's label. */
export function Icon({ shape, size }: Props) {
  return (
    <svg class={size ? `icon icon--${size}` : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      {shape.map((stroke) => (
        <path key={stroke} d={stroke} />
      ))}
    </svg>
  );
}
