import type { Found } from '../shared/events';
import { t } from '../shared/i18n';
import { presenceName } from './presences';
import type { Place } from './route';
import { talkName } from './talkRows';
import { visitorName } from './visitorName';

/** One thing that was found, and where it is; a colleague is nowhere, but can be talked to. */
export type SearchItem = {
  key: string;
  title: string;
  detail: string;
  at: string | null;
  to: Place | { talk_to: number };
};
export type SearchGroup = { title: string; items: SearchItem[] };

/** What was found, kind by kind; kinds of which nothing was found are left out. */
export function groupsOf(found: Found, me: number): SearchGroup[] {
  const groups: SearchGroup[] = [
    { title: t('Visitors'), items: found.visitors.map(visitorItem) },
    { title: t('Conversations'), items: found.conversations.map(conversationItem) },
    { title: t('Offline messages'), items: found.offline_messages.map(messageItem) },
    { title: t('Talks'), items: found.talks.map((one) => talkItem(one, me)) },
    { title: t('Colleagues'), items: found.colleagues.map(colleagueItem) },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

function visitorItem(visitor: Found['visitors'][number]): SearchItem {
  const { id, number, email, phone, company } = visitor;
  return {
    key: `visitor ${id}`,
    title: visitorName(visitor),
    detail: [`#${number}`, company, email, phone].filter(Boolean).join(' · '),
    at: null,
    to: { tab: 'visitors', id },
  };
}

function conversationItem({
  conversation,
  seq,
  excerpt,
}: Found['conversations'][number]): SearchItem {
  return {
    key: `conversation ${conversation.id} ${seq}`,
    title: visitorName(conversation.visitor),
    detail: excerpt,
    at: conversation.opened_at,
    to: { tab: 'chats', id: conversation.id, seq },
  };
}

function messageItem(message: Found['offline_messages'][number]): SearchItem {
  return {
    key: `message ${message.id}`,
    title: message.name || visitorName(message.visitor),
    detail: message.text,
    at: message.created_at,
    to: { tab: 'messages', id: message.id },
  };
}

function talkItem({ talk, seq, excerpt }: Found['talks'][number], me: number): SearchItem {
  return {
    key: `talk ${talk.id} ${seq}`,
    title: talkName(talk, me),
    detail: excerpt,
    at: talk.last_message?.at ?? null,
    to: { tab: 'colleagues', id: talk.id, seq },
  };
}

function colleagueItem({ id, name, number, presence }: Found['colleagues'][number]): SearchItem {
  return {
    key: `colleague ${id}`,
    title: name,
    detail: `${number} · ${presenceName(presence)}`,
    at: null,
    to: { talk_to: id },
  };
}
