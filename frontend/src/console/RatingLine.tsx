import star from 'icon:star';
import type { Rating } from '../shared/events';
import { fullTime } from '../shared/format';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import './RatingLine.css';

type Props = { rating: Rating };

/** What the visitor thought of it (W-09). */
export function RatingLine({ rating }: Props) {
  const { score, comment, at } = rating;
  return (
    <p class="rating-line" title={fullTime(at)}>
      <span class="rating-line__stars" aria-hidden="true">
        {[1, 2, 3, 4, 5].map((one) => (
          <span key={one} class={one <= score ? 'rating-line__star' : 'rating-line__hole'}>
            <Icon shape={star} size="small" />
          </span>
        ))}
      </span>
      <span class="unseen">{t('Rated {score} of 5', { score })}</span>
      {comment && (
        <span class="rating-line__comment" dir="auto">
          {comment}
        </span>
      )}
    </p>
  );
}
