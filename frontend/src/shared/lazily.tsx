import { signal } from '@preact/signals-core';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { useValue } from './useValue';

const fetches: (() => Promise<void>)[] = [];
let groundwork: () => Promise<void> = async () => {};

/** A component whose code comes when it is first shown, or ahead of that with `fetchLazyParts` unless few need it. */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  when: 'ahead' | 'when_shown' = 'ahead',
) {
  const part = signal<ComponentType<Props> | null>(null);
  const fetchPart = async () => {
    if (part.value) return;
    const [Part] = await Promise.all([load(), groundwork()]);
    part.value = Part;
  };
  if (when === 'ahead') fetches.push(fetchPart);
  return function LazyPart(props: Props) {
    const Part = useValue(part);
    useEffect(() => {
      fetchPart().catch(() => {});
    }, []);
    return Part && <Part {...props} />;
  };
}

/** What every lazy component needs besides its own code, such as the words it says. */
export function beforeLazyParts(prepare: () => Promise<void>): void {
  groundwork = prepare;
}

/** Fetches what has not come yet, so that it is there when the line is not. */
export async function fetchLazyParts(): Promise<void> {
  await Promise.allSettled(fetches.map((fetchPart) => fetchPart()));
}
