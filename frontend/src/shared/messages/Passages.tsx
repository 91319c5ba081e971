import type { Message, Side } from '../events';
import { DateRule } from './DateRule';
import { passagesOf } from './groups';
import { MessageGroup } from './MessageGroup';
import { Notice } from './Notice';

type Props = {
  messages: Message[];
  /** Whose screen this is: his messages stand at the end of the line. */
  side: Side;
  /** Up to which seq the other side has read. */
  readUpTo: number;
};

/** Messages as they are read: by day, by speaker, by minute.  Items of a list. */
export function Passages({ messages, side, readUpTo }: Props) {
  return passagesOf(messages, side).map((passage) => {
    if (passage.kind === 'day') return <DateRule key={`day ${passage.at}`} at={passage.at} />;
    if (passage.kind === 'notice')
      return <Notice key={passage.message.message_id} text={passage.message.text} />;
    return (
      <MessageGroup
        key={passage.messages[0]?.message_id}
        {...passage}
        name={passage.author.name}
        automatic={passage.author.kind === 'system'}
        readUpTo={readUpTo}
      />
    );
  });
}
