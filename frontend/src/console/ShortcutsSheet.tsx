import { t } from '../shared/i18n';
import { Dialog } from './Dialog';
import type { Desk } from './desk';
import { MoodMark } from './MoodMark';
import { MOODS, moodName } from './moods';
import { shortcutTable } from './shortcuts';
import './ShortcutsSheet.css';

type Props = { desk: Desk; onClose: () => void };

/** What the keys do, and what the marks mean. */
export function ShortcutsSheet({ desk, onClose }: Props) {
  return (
    <Dialog title={t('Keyboard shortcuts')} onClose={onClose}>
      <div class="dialog__content">
        <dl class="shortcuts">
          {shortcutTable(desk.preferences.sendKey.value).map(([keys, meaning]) => (
            <div key={meaning} class="shortcuts__line">
              <dt>
                {keys.map((key) => (
                  <kbd key={key} class="shortcuts__key">
                    {key}
                  </kbd>
                ))}
              </dt>
              <dd class="shortcuts__meaning">{meaning}</dd>
            </div>
          ))}
        </dl>
        <h3 class="shortcuts__title">{t('Marks in the list')}</h3>
        <ul class="shortcuts">
          {MOODS.map((mood) => (
            <li key={mood} class="shortcuts__line">
              <MoodMark mood={mood} />
              <span class="shortcuts__meaning">{moodName(mood)}</span>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
