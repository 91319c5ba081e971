import chevronLeft from 'icon:chevron-left';
import chevronRight from 'icon:chevron-right';
import pause from 'icon:player-pause';
import play from 'icon:player-play';
import x from 'icon:x';
import { useEffect, useState } from 'preact/hooks';
import type { Notice } from '../shared/events';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { NoticeText } from './NoticeText';
import { useMedia } from './useMedia';
import './NoticeBar.css';

/** How long one that fits is shown before the next comes. */
const READ_WITHIN = 8_000;

type Props = { notices: readonly Notice[]; onDismiss: (notice: Notice) => void };

/** The ticker at the top: one notice after another, at a standstill for whoever points at it or wants no movement. */
export function NoticeBar({ notices, onDismiss }: Props) {
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const [at, setAt] = useState(0);
  const [paused, setPaused] = useState(false);
  const [held, setHeld] = useState(false);
  const [fits, setFits] = useState(true);
  const notice = notices[at % notices.length];
  const step = (by: number) => setAt((at + by + notices.length) % notices.length);
  const moves = !still && !paused && !held;
  useEffect(() => {
    if (!moves || notices.length < 2) return;
    const timer = setTimeout(() => step(1), READ_WITHIN);
    return () => clearTimeout(timer);
  });
  return (
    <div class="notice-place">
      <p class="unseen" role="status">
        {notices.map(said).join(' ')}
      </p>
      {notice && (
        <section
          class={`notice-bar notice-bar--${notice.level}`}
          aria-label={t('Announcements')}
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocusIn={() => setHeld(true)}
          onFocusOut={() => setHeld(false)}
        >
          <NoticeText
            key={`${notice.kind} ${notice.text}`}
            notice={notice}
            still={still}
            moves={moves}
            onMeasured={setFits}
          />
          {notices.length > 1 && (
            <span class="notice-bar__steps">
              <IconButton shape={chevronLeft} label={t('Previous')} onClick={() => step(-1)} />
              <span class="notice-bar__count">
                {(at % notices.length) + 1}/{notices.length}
              </span>
              <IconButton shape={chevronRight} label={t('Next')} onClick={() => step(1)} />
            </span>
          )}
          {!still && (notices.length > 1 || !fits) && (
            <IconButton
              shape={paused ? play : pause}
              label={paused ? t('Let it move') : t('Stop moving')}
              pressed={paused}
              onClick={() => setPaused(!paused)}
            />
          )}
          {notice.id !== '' && (
            <IconButton shape={x} label={t('Put away')} onClick={() => onDismiss(notice)} />
          )}
        </section>
      )}
    </div>
  );
}

/** As it is read out: the colour says nothing there. */
function said({ level, text }: Notice): string {
  return level === 'info' ? text : `${t('Warning')}: ${text}`;
}
