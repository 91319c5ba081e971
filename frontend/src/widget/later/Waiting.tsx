import hourglass from 'icon:hourglass-empty';
import type { Queue } from '../../shared/events';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import { waitWords } from './waitWords';
import './Waiting.css';

type Props = {
  queue: Queue | null;
  /** Who had to leave him. */
  leftBy: string | null;
  online: boolean;
  onLeave: () => void;
};

/** What somebody who waits may know: his place, how long it may take, and another way. */
export function Waiting({ queue, leftBy, online, onLeave }: Props) {
  return (
    <div class="waiting">
      <div class="waiting__words" role="status">
        <Icon shape={hourglass} size="small" />
        <div>
          {leftBy && <p>{t('{name} had to leave. Somebody else takes over.', { name: leftBy })}</p>}
          <p>
            {placeWords(queue, online)} {online && queue?.wait && waitWords(queue.wait)}
          </p>
        </div>
      </div>
      <button class="waiting__action" type="button" onClick={onLeave}>
        {t('Leave a message instead')}
      </button>
    </div>
  );
}

function placeWords(queue: Queue | null, online: boolean): string {
  if (!online) return t('Nobody is here right now.');
  if (!queue) return t('Somebody will answer you here in a moment.');
  return t('You are number {place}.', { place: queue.place });
}
