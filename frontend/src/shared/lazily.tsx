import { signal } from '@preact/signals-core';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { useValue } from './useValue';

const fetches: (() => Promise<void>)[] = [];

/** A component whose code comes when it is first shown, or ahead of that with `fetchLazyParts`. */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const part = signal<ComponentType<Props> | null>(null);
  const fetchPart = async () => {
    part.value ??= await load();
  };
  fetches.push(fetchPart);
  return function LazyPart(props: Props) {
    const Part = useValue(part);
    useEffect(() => {
      fetchPart().catch(() => {});
    }, []);
    return Part && <Part {...props} />;
  };
}

/** Fetches what has not come yet, so that it is there when the line is not. */
export async function fetchLazyParts(): Promise<void> {
  await Promise.allSettled(fetches.map((fetchPart) => fetchPart()));
}
