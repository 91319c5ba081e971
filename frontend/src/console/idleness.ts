import type { Presence } from '../shared/events';

const LOOK_EVERY = 15_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

export type IdlenessOptions = {
  /** After how many; 0 means never. */
  minutes: number;
  /** What an idle agent becomes. */
  becomes: 'away' | 'busy';
  storage: Storage;
  key: string;
  presence: () => Presence;
  choose: (presence: Presence) => void;
};

/**
 * Away, or busy, after a quarter of an hour without a touch, back at the first one (CF-04).
 * All tabs of an agent count together, and a reload forgets neither when he was last seen nor that it was us who sent him away.
 */
export function watchIdleness(options: IdlenessOptions): () => void {
  const { minutes, becomes, storage, key, presence, choose } = options;
  const sent = `${key}:sent`;
  let noted = 0;
  const touched = () => {
    const went = storage.getItem(sent);
    if (went === null && Date.now() - noted < 5_000) return;
    noted = Date.now();
    storage.setItem(key, String(noted));
    storage.removeItem(sent);
    if (went !== null && presence() === went) choose('online');
  };
  const look = () => {
    const idle = Date.now() - Number(storage.getItem(key) ?? noted);
    if (minutes <= 0 || presence() !== 'online' || idle < minutes * 60_000) return;
    storage.setItem(sent, becomes);
    choose(becomes);
  };
  touched();
  for (const sign of SIGNS) addEventListener(sign, touched, { passive: true });
  const timer = setInterval(look, LOOK_EVERY);
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) removeEventListener(sign, touched);
  };
}
