import hourglass from 'icon:hourglass-empty';
import type { Queue } from '../../shared/events';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import type { Reception } from '../../shared/style';
import type { Choice } from '../bridge';
import { busyWords, nameOf } from './choices';
import { waitWords } from './waitWords';
import './Waiting.css';

type Props = {
  queue: Queue | null;
  /** Who had to leave him. */
  leftBy: string | null;
  reception: Reception;
  chosen: Choice | null;
  /** The company's own words while everybody is busy (M-02). */
  busy: string | undefined;
  onLeave: () => void;
};

/** What somebody who waits may know: for whom, his place, how long it may take, and another way. */
export function Waiting({ queue, leftBy, reception, chosen, busy, onLeave }: Props) {
  const { standing } = reception;
  const isOpen = standing === 'online' || standing === 'busy';
  const whom = nameOf(chosen, reception.entries);
  return (
    <div class="waiting">
      <div class="waiting__words" role="status">
        <Icon shape={hourglass} size="small" />
        <div dir="auto">
          {leftBy && <p>{t('{name} had to leave. Somebody else takes over.', { name: leftBy })}</p>}
          {standing === 'busy' && <p>{busyWords(busy)}</p>}
          {whom && !leftBy && <p>{t('You are waiting for {name}.', { name: whom })}</p>}
          {(standing !== 'busy' || queue) && (
            <p>
              {placeWords(queue, isOpen)} {isOpen && queue?.wait && waitWords(queue.wait)}
            </p>
          )}
        </div>
      </div>
      <button class="waiting__action" type="button" onClick={onLeave}>
        {t('Leave a message instead')}
      </button>
    </div>
  );
}

function placeWords(queue: Queue | null, isOpen: boolean): string {
  if (!isOpen) return t('Nobody is here right now.');
  if (!queue) return t('Somebody will answer you here in a moment.');
  return t('You are number {place}.', { place: queue.place });
}
