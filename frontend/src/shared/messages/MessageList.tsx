import arrowDown from 'icon:arrow-down';
import type { Message, Side } from '../events';
import { Icon } from '../Icon';
import { t } from '../i18n';
import { DateRule } from './DateRule';
import { passagesOf } from './groups';
import { MessageGroup } from './MessageGroup';
import { Notice } from './Notice';
import { type Unsendable, UnsentMessage } from './UnsentMessage';
import { useStickToEnd } from './useStickToEnd';
import './MessageList.css';

type Props = {
  messages: Message[];
  /** Written here and not yet confirmed. */
  unsent: Unsendable[];
  /** Whose screen this is: his messages stand at the end of the line. */
  side: Side;
  /** Up to which seq the other side has read. */
  readUpTo: number;
  onRetry: (client_id: string) => void;
  onRemove: (client_id: string) => void;
};

/** A conversation as it is read: by day, by speaker, by minute. */
export function MessageList(props: Props) {
  const { messages, unsent, side, readUpTo, onRetry, onRemove } = props;
  const waiting = unsent.filter(
    ({ client_id }) => !messages.some((message) => message.client_id === client_id),
  );
  const { list, unseen, onScroll, toEnd } = useStickToEnd(
    messages.length + waiting.length,
    waiting.length,
  );
  return (
    <div class="message-list">
      <div
        class="message-list__scroll"
        ref={list}
        role="log"
        aria-label={t('Conversation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        <ul class="message-list__passages">
          {passagesOf(messages, side).map((passage) => {
            if (passage.kind === 'day')
              return <DateRule key={`day ${passage.at}`} at={passage.at} />;
            if (passage.kind === 'notice')
              return <Notice key={passage.message.message_id} text={passage.message.text} />;
            return (
              <MessageGroup
                key={passage.messages[0]?.message_id}
                {...passage}
                name={passage.author.name}
                readUpTo={readUpTo}
              />
            );
          })}
          {waiting.map((one) => (
            <UnsentMessage key={one.client_id} unsent={one} onRetry={onRetry} onRemove={onRemove} />
          ))}
        </ul>
      </div>
      {unseen && (
        <button class="message-list__to-end" type="button" onClick={toEnd}>
          <Icon shape={arrowDown} size="small" />
          {t('New messages')}
        </button>
      )}
    </div>
  );
}
