import { useLayoutEffect, useRef, useState } from 'preact/hooks';

const NEAR = 80;

/** Keeps a list at its newest line, unless its reader has scrolled up; his own line always takes him down. */
export function useStickToEnd(count: number, own: number) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ count: 0, own: 0 });
  const shapeBefore = useRef('');
  const [unseen, setUnseen] = useState(false);

  const toEnd = () => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
    setUnseen(false);
  };
  const onScroll = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = list.current ?? {};
    const shape = `${scrollHeight} ${clientHeight}`;
    // A composer that grows moves the list too; only its reader's own scrolling counts.
    if (shape === shapeBefore.current)
      atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
    shapeBefore.current = shape;
    if (atEnd.current) setUnseen(false);
  };

  useLayoutEffect(() => {
    const grown = count > before.current.count;
    const wroteOne = own > before.current.own;
    before.current = { count, own };
    if (grown && (atEnd.current || wroteOne)) toEnd();
    else if (grown) setUnseen(true);
  }, [count, own]);

  // Pictures that finish loading and a keyboard that opens change the height without a new line.
  useLayoutEffect(() => {
    const element = list.current;
    if (!element || !('ResizeObserver' in globalThis)) return;
    const stay = () => atEnd.current && element.scrollTo({ top: element.scrollHeight });
    const observer = new ResizeObserver(stay);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  return { list, unseen, onScroll, toEnd };
}
