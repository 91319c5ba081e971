import type { ReadonlySignal } from '@preact/signals-core';
import type { HostLink } from '../hostLink';
import type { VisitorChat } from '../visitorChat';
import { Stay } from './stay';

type Parts = { chat: VisitorChat; host: HostLink; isOpen: ReadonlySignal<boolean> };

/** Asks to be invited when a rule's moment has come (I-04…I-07), and says what invitation is on the screen. */
export function beginInvitations({ chat, host, isOpen }: Parts): () => void {
  const stay = new Stay(host);
  let seen: number | null = null;
  const timer = setInterval(() => {
    if (document.visibilityState !== 'visible') return;
    const invitation = chat.entrance.invitation.peek();
    if (invitation && invitation.id !== seen) {
      seen = invitation.id;
      chat.ask('see_invitation', { invitation_id: seen }).catch(() => {});
    }
    if (invitation || isOpen.peek() || chat.talks.peek()) return;
    stay.look(chat.page.peek().url);
    const rule = stay.due(chat.welcome.peek()?.invitation_rules ?? []);
    if (rule) void beInvited(chat, rule.id);
  }, 1000);
  return () => clearInterval(timer);
}

/** Nobody hears it while the line is away; the rule has its turn again later. */
async function beInvited(chat: VisitorChat, rule_id: number): Promise<void> {
  const nothing = { invitation: null };
  const { invitation } = await chat.ask('be_invited', { rule_id }).catch(() => nothing);
  if (invitation) chat.entrance.invitation.value = invitation;
}
