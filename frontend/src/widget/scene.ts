import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { VisitorChat } from './visitorChat';

/** What the window shows in the middle. */
export type Scene = 'connecting' | 'trouble' | 'erased' | 'offline' | 'conversation';

export function sceneOf(chat: VisitorChat): ReadonlySignal<Scene> {
  return computed(() => {
    if (chat.isErased.value) return 'erased';
    if (chat.link.value === 'refused') return 'trouble';
    const nothingGoesOn = !chat.conversation.value && chat.unsent.value.length === 0;
    // Who cannot reach us may write all the same: it is kept.
    if (!chat.welcome.value && nothingGoesOn && !chat.isLate.value) return 'connecting';
    return nothingGoesOn && !chat.online.value ? 'offline' : 'conversation';
  });
}
