import './Refusal.css';

type Props = { text: string };

/** Why something was not taken, right where it was tried. */
export function Refusal({ text }: Props) {
  return (
    <p class="refusal" role="alert">
      {text}
    </p>
  );
}
