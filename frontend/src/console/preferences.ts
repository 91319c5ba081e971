import { effect, type Signal, signal } from '@preact/signals';
import type { SendKey } from '../shared/messages/Composer';
import { isRecord } from '../shared/refusal';
import { type Calls, OCCASIONS, USUAL_CALLS } from './occasions';
import { TONE_NAMES } from './tones';
import { COLUMNS, type ColumnName, type Sort, USUAL_COLUMNS, USUAL_SORT } from './visitorColumns';

/** What an agent has set for himself, on this device. */
export class Preferences {
  readonly sound: Signal<boolean>;
  readonly volume: Signal<number>;
  readonly notifications: Signal<boolean>;
  /** Whether he was asked about notifications, whatever he said. */
  readonly asked: Signal<boolean>;
  readonly calls: Signal<Calls>;
  readonly sendKey: Signal<SendKey>;
  readonly panelOpen: Signal<boolean>;
  readonly statusBar: Signal<boolean>;
  readonly columns: Signal<readonly ColumnName[]>;
  readonly sort: Signal<Sort>;

  constructor(storage: Storage, prefix: string) {
    const kept = <V>(name: string, usual: V, read: (stored: unknown) => V | null): Signal<V> => {
      const key = `${prefix}${name}`;
      const value: Signal<V> = signal(read(parsed(storage.getItem(key))) ?? usual);
      effect(() => storage.setItem(key, JSON.stringify(value.value)));
      return value;
    };
    const flag = (name: string, usual: boolean) => kept(name, usual, isFlag);
    this.sound = flag('sound', true);
    this.volume = kept('volume', 0.6, volumeIn);
    this.notifications = flag('notifications', false);
    this.asked = flag('notifications_asked', false);
    this.calls = kept('calls', USUAL_CALLS, callsIn);
    this.sendKey = kept<SendKey>('send_key', 'enter', sendKeyIn);
    this.panelOpen = flag('panel', true);
    this.statusBar = flag('status_bar', true);
    this.columns = kept('columns', USUAL_COLUMNS, columnsIn);
    this.sort = kept('sort', USUAL_SORT, sortIn);
  }
}

function parsed(stored: string | null): unknown {
  try {
    return JSON.parse(stored ?? 'null');
  } catch {
    return null;
  }
}

function isFlag(stored: unknown): boolean | null {
  return typeof stored === 'boolean' ? stored : null;
}

function volumeIn(stored: unknown): number | null {
  return typeof stored === 'number' && stored >= 0 && stored <= 1 ? stored : null;
}

function sendKeyIn(stored: unknown): SendKey | null {
  return stored === 'enter' || stored === 'ctrl_enter' ? stored : null;
}

/** What is stored of each occasion, over what is usual: a newer release may know more of them. */
function callsIn(stored: unknown): Calls | null {
  if (!isRecord(stored)) return null;
  const calls = structuredClone(USUAL_CALLS);
  for (const occasion of OCCASIONS) {
    const call = stored[occasion];
    if (!isRecord(call)) continue;
    const { bubble, sound, tone } = call;
    if (typeof bubble === 'boolean') calls[occasion].bubble = bubble;
    if (typeof sound === 'boolean') calls[occasion].sound = sound;
    calls[occasion].tone = TONE_NAMES.find((one) => one === tone) ?? calls[occasion].tone;
  }
  return calls;
}

function columnsIn(stored: unknown): readonly ColumnName[] | null {
  if (!Array.isArray(stored)) return null;
  return COLUMNS.filter((column) => column === 'visitor' || stored.includes(column));
}

function sortIn(stored: unknown): Sort | null {
  if (!isRecord(stored) || typeof stored.descending !== 'boolean') return null;
  const column = COLUMNS.find((one) => one === stored.column);
  return column ? { column, descending: stored.descending } : null;
}
