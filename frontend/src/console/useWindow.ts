import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

const MARGIN = 12;

export type ListWindow = {
  scroller: RefObject<HTMLElement | null>;
  /** The rows worth drawing, and how much room those before and behind them take. */
  from: number;
  to: number;
  before: number;
  behind: number;
  onScroll: () => void;
};

/**
 * Of a long list only the rows that can be seen are drawn; the rest is empty room of the same height.
 * When `order` becomes another one, the list begins at its top again.
 */
export function useWindow(count: number, rowHeight: number, order: unknown): ListWindow {
  const scroller = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState({ first: 0, rows: 40 });
  const onScroll = () => {
    const { scrollTop = 0, clientHeight = 0 } = scroller.current ?? {};
    const next = {
      // In steps, so that a scroll by a few pixels draws nothing anew.
      first: Math.floor(scrollTop / rowHeight / MARGIN) * MARGIN,
      rows: Math.ceil(clientHeight / rowHeight) + MARGIN,
    };
    setSeen((now) => (now.first === next.first && now.rows === next.rows ? now : next));
  };
  useLayoutEffect(() => {
    onScroll();
    const element = scroller.current;
    if (!element || !('ResizeObserver' in globalThis)) return;
    const observer = new ResizeObserver(onScroll);
    observer.observe(element);
    return () => observer.disconnect();
  }, [rowHeight, count === 0]);
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [order]);
  const from = Math.max(0, Math.min(seen.first - MARGIN, count));
  const to = Math.min(count, seen.first + seen.rows + MARGIN);
  const before = from * rowHeight;
  return { scroller, from, to, before, behind: (count - to) * rowHeight, onScroll };
}
