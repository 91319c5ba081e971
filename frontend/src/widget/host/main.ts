import { findWords } from '../../shared/i18n';
import type { Scene } from '../bridge';
import type { Ground, Stage } from './ground';
import { HostStage } from './hostStage';

const files = import.meta.glob('../../i18n/*.json', { query: '?for=widget/host' });

/** Draws what the loader does not: every launcher but the plain bubble, and invitations. */
export function begin(ground: Ground): Stage {
  let stage: Stage | undefined;
  let last: Scene | undefined;
  void findWords(ground.language, files).then(() => {
    stage = new HostStage(ground);
    if (last) stage.play(last);
  });
  return {
    play: (scene) => {
      last = scene;
      stage?.play(scene);
    },
  };
}
