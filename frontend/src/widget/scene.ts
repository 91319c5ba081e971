import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { VisitorChat } from './visitorChat';

/** What the window shows in the middle. */
export type Scene =
  | 'connecting'
  | 'trouble'
  | 'erased'
  | 'offline'
  | 'registration'
  | 'conversation';

export function sceneOf(chat: VisitorChat): ReadonlySignal<Scene> {
  return computed(() => {
    if (chat.isErased.value) return 'erased';
    if (chat.link.value === 'refused') return 'trouble';
    const hasWritten = chat.unsent.value.length > 0;
    const mustRegister = chat.entrance.mustRegister.value;
    if (chat.conversation.value || (hasWritten && !mustRegister)) return 'conversation';
    // Who cannot reach us may write all the same: it is kept.
    if (!chat.welcome.value && !chat.isLate.value) return 'connecting';
    if (!chat.entrance.isOpen.value) return 'offline';
    return mustRegister ? 'registration' : 'conversation';
  });
}
