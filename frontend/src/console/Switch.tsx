import './Switch.css';

type Props = { label: string; on: boolean; onSwitch: () => void };

export function Switch({ label, on, onSwitch }: Props) {
  return (
    <button class="switch" type="button" role="switch" aria-checked={on} onClick={onSwitch}>
      <span class="switch__label">{label}</span>
      <span class={on ? 'switch__track switch__track--on' : 'switch__track'} />
    </button>
  );
}
