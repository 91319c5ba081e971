import { effect, signal } from '@preact/signals-core';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { chime } from '../shared/chime';
import { lastHeld, sideOf, unreadBy } from '../shared/conversation';
import { fetchLazyParts } from '../shared/lazily';
import type { HostLink } from './hostLink';
import type { Scene } from './scene';
import type { VisitorChat } from './visitorChat';

type Parts = { chat: VisitorChat; host: HostLink; sound: boolean; scene: Scene };

/** Opens and closes with the launcher: reads while open, counts and sounds while not. */
export function useHostWindow({ chat, host, sound, scene }: Parts): void {
  const open = useMemo(() => signal(host.boot.open), [host]);
  const audible = useRef(sound);
  audible.current = sound;

  useEffect(() => {
    host.onMessage((message) => {
      if (message.type === 'page') chat.view(message.page);
      else if (message.type === 'identify') chat.identify(message.identity);
      else if (message.type === 'reset') location.reload();
      else open.value = message.type === 'open';
      if (message.type === 'open') opened();
    });
    host.tell({ type: 'event', name: 'ready' });
    if (host.boot.open) opened();
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && host.tell({ type: 'close' });
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [chat, host, open]);

  // Who opened it before there was a place to write may have begun to type.
  useEffect(() => {
    if (open.peek() && document.activeElement === document.body) focusText();
  }, [open, scene]);

  useEffect(() => {
    const seen = () => open.value && document.visibilityState === 'visible';
    const look = () => {
      const state = chat.state.value;
      if (!state) return;
      if (seen()) chat.read();
      host.tell({ type: 'unread', count: open.value ? 0 : unreadBy('visitor', state) });
    };
    document.addEventListener('visibilitychange', look);
    const stop = effect(look);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', look);
    };
  }, [chat, host, open]);

  // What could not be fetched when the window was opened can be once the line is there.
  useEffect(
    () =>
      effect(() => {
        if (open.value && chat.link.value === 'live') void fetchLazyParts();
      }),
    [chat, open],
  );

  useEffect(() => announceNew(chat, host, () => audible.current), [chat, host]);
}

/** Tells the customer's page of each new message of the team, and sounds if the visitor wants that. */
function announceNew(chat: VisitorChat, host: HostLink, wantsSound: () => boolean): () => void {
  let known: { id: number; seq: number } | null = null;
  return effect(() => {
    const state = chat.state.value;
    if (!state) return;
    const seq = lastHeld(state);
    const before = known?.id === state.id ? known.seq : state.visitor_read_seq;
    known = { id: state.id, seq: Math.max(seq, before) };
    const fresh = state.messages.filter((one) => one.seq > before && sideOf(one.author) === 'team');
    if (fresh.length === 0) return;
    host.tell({ type: 'event', name: 'message', data: { count: fresh.length } });
    if (wantsSound()) chime();
  });
}

function opened(): void {
  void fetchLazyParts();
  requestAnimationFrame(focusText);
}

function focusText(): void {
  document.querySelector('textarea')?.focus();
}
