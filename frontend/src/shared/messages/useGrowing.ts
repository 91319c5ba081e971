import { useLayoutEffect, useRef } from 'preact/hooks';

/** A text area as tall as its text; its style sheet says where that ends. */
export function useGrowing(text: string) {
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.blockSize = 'auto';
    // Nothing has a height in a frame that is not shown; its rows will do until something is written.
    if (element.scrollHeight > 0) element.style.blockSize = `${element.scrollHeight}px`;
  }, [text]);
  return area;
}
