import { t } from '../i18n';
import './TypingLine.css';

type Props = { name: string | null; text?: string };

/** Says that somebody is writing, and shows agents what. */
export function TypingLine({ name, text }: Props) {
  return (
    <div class="typing-line" aria-live="polite">
      {name !== null && (
        <>
          <span class="typing-line__dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span class="typing-line__words" dir="auto">
            {text || t('{name} is typing', { name })}
          </span>
        </>
      )}
    </div>
  );
}
