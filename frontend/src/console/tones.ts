/** Sounds made rather than downloaded: what each is made of, as pitch (Hz), start and length (seconds). */
const TONES = {
  chime: [
    [660, 0, 0.4],
    [880, 0.12, 0.4],
  ],
  doorbell: [
    [784, 0, 0.55],
    [622, 0.32, 0.7],
  ],
  drop: [
    [1175, 0, 0.16],
    [1568, 0.07, 0.2],
  ],
  knock: [
    [196, 0, 0.12],
    [196, 0.16, 0.12],
  ],
} as const satisfies Record<string, readonly (readonly [number, number, number])[]>;

export type Tone = keyof typeof TONES;
export const TONE_NAMES = Object.keys(TONES) as Tone[];

let audio: AudioContext | undefined;
// Browsers are silent until the page was touched; a context made then is not.
for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, wake, { once: true });

/** Plays a tone, as loud as `volume` (0 to 1) says.  Silent where there is no sound, or nobody has touched the page. */
export function play(tone: Tone, volume: number): void {
  if (audio?.state !== 'running') return wake();
  for (const [frequency, start, lasts] of TONES[tone])
    note(audio, frequency, audio.currentTime + start, lasts, volume);
}

function wake(): void {
  try {
    if (navigator.userActivation?.hasBeenActive === false) return;
    audio ??= new AudioContext();
    void audio.resume();
  } catch {
    // No sound device: the badges say it too.
  }
}

function note(
  audio: AudioContext,
  frequency: number,
  start: number,
  lasts: number,
  volume: number,
) {
  const tone = new OscillatorNode(audio, { frequency });
  const loudness = new GainNode(audio, { gain: 0 });
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(0.25 * volume, start + 0.015);
  loudness.gain.exponentialRampToValueAtTime(0.0001, start + lasts);
  tone.connect(loudness).connect(audio.destination);
  tone.start(start);
  tone.stop(start + lasts + 0.05);
}
