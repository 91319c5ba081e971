import volume from 'icon:volume';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { Dialog } from './Dialog';
import type { Desk } from './desk';
import { type Call, OCCASIONS, type Occasion, occasionName, toneName } from './occasions';
import { play, TONE_NAMES, type Tone } from './tones';
import './CallsSheet.css';

type Props = { desk: Desk; onClose: () => void };

/** For what an agent is called, by bubble and by sound (A-23, V-09). */
export function CallsSheet({ desk, onClose }: Props) {
  const { calls, volume: loudness } = desk.preferences;
  const change = (occasion: Occasion, changes: Partial<Call>) => {
    calls.value = { ...calls.peek(), [occasion]: { ...calls.peek()[occasion], ...changes } };
  };
  return (
    <Dialog title={t('What calls me, and how')} wide onClose={onClose}>
      <div class="dialog__content">
        <p class="calls__hint">
          {t(
            'Bubbles come up only while you look elsewhere. Sounds are for what is not on your screen.',
          )}
        </p>
        <table class="calls">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">{t('Occasion')}</span>
              </th>
              <th scope="col">{t('Bubble')}</th>
              <th scope="col">{t('Sound')}</th>
              <th scope="col">{t('Which')}</th>
            </tr>
          </thead>
          <tbody>
            {OCCASIONS.map((occasion) => (
              <Line
                key={occasion}
                name={occasionName(occasion)}
                call={calls.value[occasion]}
                onChange={(changes) => change(occasion, changes)}
                onPlay={(tone) => play(tone, loudness.peek())}
              />
            ))}
          </tbody>
        </table>
        <label class="calls__volume">
          {t('Volume')}
          <input
            type="range"
            min="0"
            max="1"
            step="0.05"
            value={loudness.value}
            onInput={(event) => {
              loudness.value = event.currentTarget.valueAsNumber;
            }}
            onChange={() => play('chime', loudness.peek())}
          />
        </label>
      </div>
    </Dialog>
  );
}

type LineProps = {
  name: string;
  call: Call;
  onChange: (changes: Partial<Call>) => void;
  onPlay: (tone: Tone) => void;
};

function Line({ name, call, onChange, onPlay }: LineProps) {
  const { bubble, sound, tone } = call;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <input
          class="calls__check"
          type="checkbox"
          aria-label={t('Bubble: {occasion}', { occasion: name })}
          checked={bubble}
          onChange={() => onChange({ bubble: !bubble })}
        />
      </td>
      <td>
        <input
          class="calls__check"
          type="checkbox"
          aria-label={t('Sound: {occasion}', { occasion: name })}
          checked={sound}
          onChange={() => onChange({ sound: !sound })}
        />
      </td>
      <td>
        <span class="calls__tone">
          <select
            class="select"
            aria-label={t('Which sound: {occasion}', { occasion: name })}
            value={tone}
            onChange={(event) => {
              const chosen = TONE_NAMES.find((one) => one === event.currentTarget.value) ?? tone;
              onChange({ tone: chosen });
              onPlay(chosen);
            }}
          >
            {TONE_NAMES.map((one) => (
              <option key={one} value={one}>
                {toneName(one)}
              </option>
            ))}
          </select>
          <IconButton shape={volume} label={t('Play')} onClick={() => onPlay(tone)} />
        </span>
      </td>
    </tr>
  );
}
