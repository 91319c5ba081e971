import { effect, type Signal, signal } from '@preact/signals';
import type { SendKey } from '../shared/messages/Composer';

/** What an agent has set for himself, on this device. */
export class Preferences {
  readonly sound: Signal<boolean>;
  readonly notifications: Signal<boolean>;
  readonly sendKey: Signal<SendKey>;
  readonly panelOpen: Signal<boolean>;

  constructor(storage: Storage, prefix: string) {
    const kept = <V extends string | boolean>(name: string, otherwise: V): Signal<V> => {
      const key = `${prefix}${name}`;
      const value: Signal<V> = signal(read(storage.getItem(key), otherwise));
      effect(() => storage.setItem(key, JSON.stringify(value.value)));
      return value;
    };
    this.sound = kept<boolean>('sound', true);
    this.notifications = kept<boolean>('notifications', false);
    this.sendKey = kept<SendKey>('send_key', 'enter');
    this.panelOpen = kept<boolean>('panel', true);
  }
}

function read<V extends string | boolean>(stored: string | null, otherwise: V): V {
  try {
    const value: unknown = JSON.parse(stored ?? 'null');
    return typeof value === typeof otherwise ? (value as V) : otherwise;
  } catch {
    return otherwise;
  }
}
