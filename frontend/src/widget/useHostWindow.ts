import { effect, signal } from '@preact/signals-core';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { chime } from '../shared/chime';
import { lastHeld, sideOf, unreadBy } from '../shared/conversation';
import { fetchLazyParts } from '../shared/lazily';
import type { HostLink } from './hostLink';
import type { Scene } from './scene';
import type { VisitorChat } from './visitorChat';

type Parts = {
  chat: VisitorChat;
  host: HostLink;
  /** Where the module lies that draws in the customer's page. */
  hostUrl: string;
  sound: boolean;
  scene: Scene;
};

/** Opens and closes with the launcher: reads while open, counts and sounds while not. */
export function useHostWindow({ chat, host, hostUrl, sound, scene }: Parts): void {
  const open = useMemo(() => signal(host.boot.open), [host]);
  const audible = useRef(sound);
  audible.current = sound;

  useEffect(() => {
    host.onMessage((message) => {
      if (message.type === 'page') chat.view(message.page);
      else if (message.type === 'identify') chat.identify(message.identity);
      else if (message.type === 'reset') location.reload();
      else if (message.type === 'choose') chat.entrance.choose(message.entry);
      else if (message.type === 'invitation_answered')
        void chat.entrance.answer(message.id, message.accepts);
      else if (message.type === 'open') {
        open.value = true;
        opened(message.quietly);
      } else if (message.type === 'close') {
        chat.entrance.closeWindow();
        open.value = false;
      }
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

  // What is to be seen around it: an open window shows invitations itself.
  useEffect(() => {
    let told = '';
    return effect(() => {
      const launcher = chat.style.value?.launcher;
      const reception = chat.entrance.reception.value;
      const talks = chat.talks.value;
      const invitation = open.value ? null : chat.entrance.invitation.value;
      if (!launcher) return;
      host.tell({ type: 'scene', scene: { launcher, reception, talks, invitation, hostUrl } });
      const data = reception.standing;
      if (data !== told) host.tell({ type: 'event', name: 'standing', data });
      told = data;
    });
  }, [chat, host, open, hostUrl]);

  // Few are invited by rules, and fewer by hand: what that takes comes with the first of them.
  useEffect(() => {
    let stop: (() => void) | undefined;
    let isWanted = false;
    const watch = effect(() => {
      if (isWanted) return;
      isWanted = !!(chat.entrance.invitation.value || chat.welcome.value?.invitation_rules.length);
      if (!isWanted) return;
      void import('./later/invitations').then(({ beginInvitations }) => {
        stop = beginInvitations({ chat, host, isOpen: open });
      });
    });
    return () => {
      watch();
      stop?.();
    };
  }, [chat, host, open]);

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

function opened(quietly = false): void {
  void fetchLazyParts();
  if (!quietly) requestAnimationFrame(focusText);
}

function focusText(): void {
  document.querySelector('textarea')?.focus();
}
