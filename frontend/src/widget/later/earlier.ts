import type { Conversation, Message } from '../../shared/events';
import type { VisitorLine } from '../visitorLine';

type Ask = VisitorLine['ask'];
export type Earlier = Conversation & { messages: Message[] };

/** The conversations with all that was said in them, oldest first. */
export async function withMessages(conversations: Conversation[], ask: Ask): Promise<Earlier[]> {
  const earlier = conversations.map(async (one) => ({
    ...one,
    messages: await messagesOf(one.id, ask),
  }));
  return (await Promise.all(earlier)).sort((a, b) => a.id - b.id);
}

async function messagesOf(conversation_id: number, ask: Ask): Promise<Message[]> {
  const messages: Message[] = [];
  let more = true;
  while (more) {
    const after = messages.at(-1)?.seq ?? 0;
    const answer = await ask('sync', { conversation_id, after });
    messages.push(...answer.messages);
    more = answer.more && answer.messages.length > 0;
  }
  return messages;
}
