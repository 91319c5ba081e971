import { useId } from 'preact/hooks';
import { t } from '../../shared/i18n';
import './Field.css';

type Props = {
  name: string;
  label: string;
  value: string;
  type?: 'text' | 'email' | 'tel';
  rows?: number;
  /** One of them is to be chosen. */
  options?: string[];
  autocomplete?: string;
  required?: boolean;
  complaint?: string | undefined;
  onValue: (value: string) => void;
};

/** A labelled field with its complaint beside it. */
export function Field(props: Props) {
  const { name, label, value, type = 'text', rows, options, autocomplete, onValue } = props;
  const { required = false, complaint } = props;
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
      {options ? (
        <select {...shared} onChange={(event) => onValue(event.currentTarget.value)}>
          <option value="">{t('Choose one')}</option>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      ) : rows ? (
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
