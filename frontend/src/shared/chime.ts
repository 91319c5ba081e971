let audio: AudioContext | undefined;

/** Two soft notes, made rather than downloaded.  Silent where the browser wants a click first. */
export function chime(): void {
  try {
    audio ??= new AudioContext();
    note(audio, 660, 0);
    note(audio, 880, 0.12);
  } catch {
    // No sound device: the badge says it too.
  }
}

function note(audio: AudioContext, frequency: number, delay: number): void {
  const start = audio.currentTime + delay;
  const tone = new OscillatorNode(audio, { frequency });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.linearRampToValueAtTime(0.12, start + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.35);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.4);
}
