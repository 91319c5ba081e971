import type { Card } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import './CardAnswers.css';

type Props = { answers: Card['answers'] };

/** What the visitor said of himself in a form, beyond name and address (W-26). */
export function CardAnswers({ answers }: Props) {
  if (answers.length === 0) return null;
  return (
    <section class="card-answers" aria-label={t('Answers in forms')}>
      <dl class="facts">
        {answers.map(({ label, value, at }) => (
          <div key={label}>
            <dt class="facts__name" dir="auto">
              {label}
            </dt>
            <dd class="facts__value" dir="auto" title={fullTime(at)}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
