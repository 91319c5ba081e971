import { useEffect, useState } from 'preact/hooks';
import type { HostLink } from './hostLink';

/** A text that survives a reload of the customer's page, and is the same in all of the visitor's tabs. */
export function useKept(host: HostLink, key: string): [string, (text: string) => void] {
  const [text, setText] = useState(host.kept(key) ?? '');
  useEffect(() => host.onKept((changed, value) => changed === key && setText(value)), [host, key]);
  const keep = (newText: string) => {
    setText(newText);
    if (newText) host.keep(key, newText);
    else host.drop(key);
  };
  return [text, keep];
}

/** A switch of the visitor's, kept the same way. */
export function useSwitch(
  host: HostLink,
  key: string,
  first: boolean,
): [boolean, (on: boolean) => void] {
  const [kept, keep] = useKept(host, key);
  return [kept ? kept === 'on' : first, (on) => keep(on ? 'on' : 'off')];
}
