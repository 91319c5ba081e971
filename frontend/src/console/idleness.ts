import type { Presence } from '../shared/events';

const LOOK_EVERY = 15_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

export type IdlenessOptions = {
  minutes: number;
  storage: Storage;
  key: string;
  presence: () => Presence;
  choose: (presence: Presence) => void;
};

/** Away after a quarter of an hour without a touch, back at the first one (CF-04).  All tabs of an agent count together. */
export function watchIdleness({
  minutes,
  storage,
  key,
  presence,
  choose,
}: IdlenessOptions): () => void {
  let went = false;
  let noted = 0;
  const touched = () => {
    if (Date.now() - noted < 5_000 && !went) return;
    noted = Date.now();
    storage.setItem(key, String(noted));
    if (went && presence() === 'away') choose('online');
    went = false;
  };
  const look = () => {
    const idle = Date.now() - Number(storage.getItem(key) ?? noted);
    if (minutes <= 0 || presence() !== 'online' || idle < minutes * 60_000) return;
    went = true;
    choose('away');
  };
  touched();
  for (const sign of SIGNS) addEventListener(sign, touched, { passive: true });
  const timer = setInterval(look, LOOK_EVERY);
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) removeEventListener(sign, touched);
  };
}
