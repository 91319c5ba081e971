import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

const GLOWS_FOR = 2_500;

/** Brings the message with that number into view, once it is there, and lets it glow for a moment. */
export function useFound(seq: number | undefined, last: number): RefObject<HTMLElement | null> {
  const place = useRef<HTMLElement>(null);
  const shown = useRef<number | null>(null);
  useEffect(() => {
    const message = seq === undefined || last < seq ? null : messageIn(place.current, seq);
    if (!message || shown.current === seq) return;
    shown.current = seq ?? null;
    message.scrollIntoView({ block: 'center' });
    message.classList.add('found-message');
    setTimeout(() => message.classList.remove('found-message'), GLOWS_FOR);
  }, [seq, last]);
  return place;
}

/** A group says the number of its first message; those of a group follow each other without a gap. */
function messageIn(place: HTMLElement | null, seq: number): Element | null {
  const groups = [...(place?.querySelectorAll<HTMLElement>('[data-from]') ?? [])];
  const group = groups.filter((one) => Number(one.dataset.from) <= seq).at(-1);
  const bubbles = group?.querySelectorAll('.bubble, .picture, .file-card');
  return bubbles?.[seq - Number(group?.dataset.from)] ?? group ?? null;
}
