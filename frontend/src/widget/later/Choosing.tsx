import check from 'icon:check';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import type { Entry, Reception } from '../../shared/style';
import type { Choice } from '../bridge';
import { busyWords, choiceOf, isChosen } from './choices';
import './Choosing.css';

type Props = {
  reception: Reception;
  chosen: Choice | null;
  /** The company's own words while everybody is busy (M-02). */
  busy: string | undefined;
  onChoose: (entry: Choice) => void;
  /** Who has chosen somebody who is not there may leave a message. */
  onLeave: () => void;
};

/** Before the first message: that everybody is busy, and with whom one may speak (W-29, W-31). */
export function Choosing({ reception, chosen, busy, onChoose, onLeave }: Props) {
  const { standing, entries } = reception;
  const isAway = entries.some((one) => isChosen(chosen, one) && one.standing === 'offline');
  return (
    <div class="choosing">
      {standing === 'busy' && (
        <p class="choosing__busy" role="status" dir="auto">
          {busyWords(busy)}
        </p>
      )}
      {entries.length > 0 && (
        <>
          <h3 class="choosing__question" id="choosing-question">
            {t('With whom would you like to speak?')}
          </h3>
          <ul class="choosing__list" aria-labelledby="choosing-question">
            {entries.map((entry) => (
              <li key={`${entry.kind}-${entry.id}`}>
                <button
                  class="choosing__entry"
                  type="button"
                  aria-pressed={isChosen(chosen, entry)}
                  onClick={() => onChoose(choiceOf(entry))}
                >
                  <span class={`choosing__dot choosing__dot--${entry.standing}`} />
                  <span class="choosing__name" dir="auto">
                    {entry.name}
                    {entry.department && <small class="choosing__more">{entry.department}</small>}
                  </span>
                  <span class="choosing__more">{standingWords(entry.standing)}</span>
                  {isChosen(chosen, entry) && <Icon shape={check} size="small" />}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {isAway && (
        <button class="choosing__away" type="button" onClick={onLeave}>
          {t('Leave a message instead')}
        </button>
      )}
    </div>
  );
}

function standingWords(standing: Entry['standing']): string {
  return { online: t('online'), busy: t('busy'), offline: t('not here') }[standing];
}
