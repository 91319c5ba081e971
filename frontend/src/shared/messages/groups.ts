import { sideOf } from '../conversation';
import type { Author, Message, Side } from '../events';

/** What stands between two people on the screen: a new day, or what one of them wrote within a minute. */
export type Passage =
  | { kind: 'day'; at: string }
  | { kind: 'notice'; message: Message }
  | { kind: 'group'; author: Author; mine: boolean; messages: Message[] };

export function passagesOf(messages: Message[], side: Side): Passage[] {
  const passages: Passage[] = [];
  let before: Message | undefined;
  for (const message of messages) {
    if (!before || !sameDay(before, message)) passages.push({ kind: 'day', at: message.at });
    const last = passages.at(-1);
    // What is said by itself is said in somebody's name; what happened is said by nobody.
    if (message.author.kind === 'system' && !message.author.name)
      passages.push({ kind: 'notice', message });
    else if (last?.kind === 'group' && before && belongTogether(before, message))
      last.messages.push(message);
    else passages.push(groupOf(message, side));
    before = message;
  }
  return passages;
}

function groupOf(message: Message, side: Side): Passage {
  return {
    kind: 'group',
    author: message.author,
    mine: sideOf(message.author) === side,
    messages: [message],
  };
}

function belongTogether(one: Message, other: Message): boolean {
  return (
    one.author.kind === other.author.kind &&
    one.author.id === other.author.id &&
    minuteOf(one) === minuteOf(other)
  );
}

function minuteOf(message: Message): number {
  return Math.floor(new Date(message.at).getTime() / 60_000);
}

function sameDay(one: Message, other: Message): boolean {
  return new Date(one.at).toDateString() === new Date(other.at).toDateString();
}
