import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';

/** A signal's value, but at most so often: for long lists whose lines come and go all the time. */
export function useSlowly<V>(source: ReadonlySignal<V>, milliseconds: number): V {
  const [value, setValue] = useState(() => source.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = source.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setValue(source.peek());
      }, milliseconds);
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [source, milliseconds]);
  return value;
}
