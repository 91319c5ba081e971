import { useId } from 'preact/hooks';
import { t } from '../../shared/i18n';
import { YES } from './answers';
import './ConsentField.css';

type Props = {
  label: string;
  value: string;
  required: boolean;
  complaint: string | undefined;
  /** Where its wording can be read; '' for nowhere. */
  url: string;
  onValue: (value: string) => void;
};

/** Something to agree to, with a tick. */
export function ConsentField({ label, value, required, complaint, url, onValue }: Props) {
  const id = useId();
  return (
    <div class="consent-field">
      <input
        class="consent-field__box"
        id={id}
        type="checkbox"
        checked={value === YES}
        aria-required={required}
        aria-invalid={complaint !== undefined}
        aria-describedby={complaint ? `${id}-complaint` : undefined}
        onChange={({ currentTarget }) => onValue(currentTarget.checked ? YES : '')}
      />
      <div>
        <label for={id} dir="auto">
          {label}
          {required && (
            <span class="consent-field__mark" aria-hidden="true">
              {' *'}
            </span>
          )}
        </label>{' '}
        {url && (
          <a href={url} target="_blank" rel="noopener noreferrer">
            {t('Read it')}
          </a>
        )}
        {complaint && (
          <p class="consent-field__complaint" id={`${id}-complaint`}>
            {complaint}
          </p>
        )}
      </div>
    </div>
  );
}
