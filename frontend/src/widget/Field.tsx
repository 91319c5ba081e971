import { useId } from 'preact/hooks';
import './Field.css';

type Props = {
  name: string;
  label: string;
  value: string;
  type?: 'text' | 'email' | 'tel';
  rows?: number;
  autocomplete?: string;
  complaint?: string | undefined;
  onValue: (value: string) => void;
};

/** A labelled field with its complaint beside it. */
export function Field({
  name,
  label,
  value,
  type = 'text',
  rows,
  autocomplete,
  complaint,
  onValue,
}: Props) {
  const id = useId();
  const shared = {
    id,
    name,
    class: 'field__input',
    value,
    'aria-invalid': complaint !== undefined,
    'aria-describedby': complaint ? `${id}-complaint` : undefined,
  };
  return (
    <div class={complaint ? 'field field--wrong' : 'field'}>
      <label class="field__label" for={id}>
        {label}
      </label>
      {rows ? (
        <textarea
          {...shared}
          rows={rows}
          maxLength={4000}
          dir="auto"
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          type={type}
          list={undefined}
          maxLength={200}
          autocomplete={autocomplete}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
      {complaint && (
        <p class="field__complaint" id={`${id}-complaint`}>
          {complaint}
        </p>
      )}
    </div>
  );
}
