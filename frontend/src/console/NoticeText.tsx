import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Notice } from '../shared/events';
import { t } from '../shared/i18n';

const PIXELS_A_SECOND = 60;

type Props = {
  notice: Notice;
  still: boolean;
  moves: boolean;
  onMeasured: (fits: boolean) => void;
};

/** The words, in one line that scrolls if it is longer than its place; in several lines where nothing may move. */
export function NoticeText({ notice, still, moves, onMeasured }: Props) {
  const place = useRef<HTMLParagraphElement>(null);
  const line = useRef<HTMLSpanElement>(null);
  const [over, setOver] = useState(0);
  useLayoutEffect(() => {
    const measure = () =>
      setOver(Math.max(0, (line.current?.scrollWidth ?? 0) - (place.current?.clientWidth ?? 0)));
    measure();
    const observer = new ResizeObserver(measure);
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    onMeasured(over === 0);
    line.current?.style.setProperty('--over', `${-over}px`);
    line.current?.style.setProperty('--lasts', `${4 + over / PIXELS_A_SECOND}s`);
  }, [over]);
  const scrolls = over > 0 && !still;
  return (
    <p ref={place} class={still ? 'notice-text notice-text--still' : 'notice-text'}>
      <span
        ref={line}
        class={scrolls ? 'notice-text__line notice-text__line--scrolls' : 'notice-text__line'}
        data-moves={scrolls && moves}
      >
        {notice.text}
        {notice.link && (
          <>
            {' '}
            <a href={notice.link} target="_blank" rel="noopener noreferrer">
              {t('Read more')}
            </a>
          </>
        )}
      </span>
    </p>
  );
}
