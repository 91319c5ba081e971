import type { ReadonlySignal } from '@preact/signals-core';
import { useEffect, useState } from 'preact/hooks';

/** A signal's value, followed.  The widget reads signals this way: the full integration would not fit its budget. */
export function useValue<Value>(signal: ReadonlySignal<Value>): Value {
  const [value, setValue] = useState(() => signal.peek());
  // In a function, because a value may be a component, which `useState` would call.
  useEffect(() => signal.subscribe((newest) => setValue(() => newest)), [signal]);
  return value;
}
