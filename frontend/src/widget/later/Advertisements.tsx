import pause from 'icon:player-pause';
import play from 'icon:player-play';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import type { Advertisement, WindowStyle } from '../../shared/style';
import { hostOf } from './PictureLink';
import './Advertisements.css';

type Props = WindowStyle['ads'];

/** One line at a time, in turn (Y-17).  It waits while somebody points at it, or has stopped it. */
export function Advertisements({ direction, seconds, lines }: Props) {
  const [turn, setTurn] = useState(0);
  const [isHeld, setIsHeld] = useState(false);
  const [isStopped, setIsStopped] = useState(false);
  const line = lines[turn % lines.length];
  const waits = isHeld || isStopped || lines.length < 2;
  useEffect(() => {
    if (waits) return;
    const timer = setInterval(() => setTurn((before) => before + 1), seconds * 1000);
    return () => clearInterval(timer);
  }, [waits, seconds]);
  if (!line) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a part of a form
    <div
      class="advertisements"
      role="group"
      aria-label={t('News from us')}
      onMouseEnter={() => setIsHeld(true)}
      onMouseLeave={() => setIsHeld(false)}
      onFocusIn={() => setIsHeld(true)}
      onFocusOut={() => setIsHeld(false)}
    >
      <div class={`advertisements__line advertisements__line--${direction}`} key={turn}>
        {line.url ? (
          <a class="advertisements__link" href={line.url} target="_blank" rel="noopener noreferrer">
            <Content line={line} />
          </a>
        ) : (
          <Content line={line} />
        )}
      </div>
      {lines.length > 1 && (
        <button
          class="advertisements__stop"
          type="button"
          aria-label={isStopped ? t('Go on') : t('Stop')}
          onClick={() => setIsStopped(!isStopped)}
        >
          <Icon shape={isStopped ? play : pause} size="small" />
        </button>
      )}
    </div>
  );
}

function Content({ line: { text, url, picture } }: { line: Advertisement }) {
  return (
    <>
      {picture && (
        <img class="advertisements__picture" src={picture} alt={text || (url ? hostOf(url) : '')} />
      )}
      {text && (
        <span class="advertisements__text" dir="auto">
          {text}
        </span>
      )}
    </>
  );
}
