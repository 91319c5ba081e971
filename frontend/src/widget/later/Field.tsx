import { useId } from 'preact/hooks';
import './Field.css';

type Props = {
  name: string;
  label: string;
  value: string;
  type?: 'text' | 'email' | 'tel';
  rows?: number;
  autocomplete?: string;
  required?: boolean;
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
  required = false,
  complaint,
  onValue,
}: Props) {
  const id = useId();
  const shared = {
    id,
    name,
    class: 'field__input',
    value,
    'aria-required': required,
    'aria-invalid': complaint !== undefined,
    'aria-describedby': complaint ? `${id}-complaint` : undefined,
  };
  return (
    <div class={complaint ? 'field field--wrong' : 'field'}>
      <label class="field__label" for={id} dir="auto">
        {label}
        {required && (
          <span class="field__mark" aria-hidden="true">
            {' *'}
          </span>
        )}
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
