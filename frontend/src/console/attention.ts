import { type ReadonlySignal, signal } from '@preact/signals';

const attentive = signal(looks());
for (const change of ['focus', 'blur', 'visibilitychange'])
  addEventListener(
    change,
    () => {
      attentive.value = looks();
    },
    true,
  );

/** Whether somebody has this page in front of him and in use. */
export const isAttentive: ReadonlySignal<boolean> = attentive;

function looks(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
