import star from 'icon:star';
import { useEffect, useId, useState } from 'preact/hooks';
import { Button } from '../../shared/Button';
import type { Rating } from '../../shared/events';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import { Refused } from '../../shared/refusal';
import { Refusal } from '../Refusal';
import './RatingForm.css';

type Score = Rating['score'];

type Props = {
  /** What he said already; it can be changed. */
  rating: Rating | null;
  /** Who served him. */
  member: string | null;
  onRate: (score: Score, comment: string) => Promise<void>;
  onClose?: (() => void) | undefined;
};

const SCORES: Score[] = [1, 2, 3, 4, 5];
const COMMENT_LIMIT = 1000;

/** One to five stars and a word about it (W-09, W-10). */
export function RatingForm({ rating, member, onRate, onClose }: Props) {
  const [isChanging, setIsChanging] = useState(false);
  useEffect(() => setIsChanging(false), [rating]);
  if (rating && !isChanging)
    return (
      <div class="rating-form" role="status">
        <p class="rating-form__thanks">
          <Stars score={rating.score} />
          {t('Thank you for your rating.')}
        </p>
        <div class="rating-form__buttons">
          <Button variant="quiet" onClick={() => setIsChanging(true)}>
            {t('Change it')}
          </Button>
          {onClose && <Button onClick={onClose}>{t('Done')}</Button>}
        </div>
      </div>
    );
  return <Questions rating={rating} member={member} onRate={onRate} onClose={onClose} />;
}

function Questions({ rating, member, onRate, onClose }: Props) {
  const [score, setScore] = useState<Score | null>(rating?.score ?? null);
  const [comment, setComment] = useState(rating?.comment ?? '');
  const [isSending, setIsSending] = useState(false);
  const [refusal, setRefusal] = useState('');
  const name = useId();

  const submit = async () => {
    if (!score) return setRefusal(t('Choose one to five stars.'));
    setRefusal('');
    setIsSending(true);
    try {
      await onRate(score, comment.trim());
    } catch (problem) {
      const reason = problem instanceof Refused ? problem.message : '';
      setRefusal(reason || t('There is no connection. Try again in a moment.'));
    } finally {
      setIsSending(false);
    }
  };

  return (
    <form
      class="rating-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <fieldset class="rating-form__scores">
        <legend class="rating-form__question">
          {member ? t('How well did {name} help you?', { name: member }) : t('How was it?')}
        </legend>
        {SCORES.map((one) => (
          <label
            key={one}
            class={
              one <= (score ?? 0)
                ? 'rating-form__score rating-form__score--on'
                : 'rating-form__score'
            }
            title={wordFor(one)}
          >
            <input
              class="unseen"
              type="radio"
              name={name}
              value={one}
              checked={one === score}
              onChange={() => setScore(one)}
            />
            <Icon shape={star} size="large" />
            <span class="unseen">{wordFor(one)}</span>
          </label>
        ))}
        <span class="rating-form__word" aria-hidden="true">
          {score && wordFor(score)}
        </span>
      </fieldset>
      <textarea
        class="rating-form__comment"
        rows={2}
        maxLength={COMMENT_LIMIT}
        value={comment}
        placeholder={t('What should we know? (optional)')}
        aria-label={t('What should we know? (optional)')}
        dir="auto"
        onInput={(event) => setComment(event.currentTarget.value)}
      />
      {refusal && <Refusal text={refusal} />}
      <div class="rating-form__buttons">
        {onClose && (
          <Button variant="quiet" onClick={onClose}>
            {t('Not now')}
          </Button>
        )}
        <Button type="submit" disabled={isSending}>
          {isSending ? t('Sending…') : t('Rate')}
        </Button>
      </div>
    </form>
  );
}

function Stars({ score }: { score: Score }) {
  return (
    <span class="rating-form__stars" role="img" aria-label={wordFor(score)}>
      {SCORES.map((one) => (
        <span
          key={one}
          class={one <= score ? 'rating-form__score rating-form__score--on' : 'rating-form__score'}
        >
          <Icon shape={star} />
        </span>
      ))}
    </span>
  );
}

function wordFor(score: Score): string {
  return {
    1: t('Very bad'),
    2: t('Bad'),
    3: t('Acceptable'),
    4: t('Good'),
    5: t('Very good'),
  }[score];
}
