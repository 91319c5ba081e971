import arrowDown from 'icon:arrow-down';
import type { ComponentChildren } from 'preact';
import type { Message, Side } from '../events';
import { Icon } from '../Icon';
import { t } from '../i18n';
import { Passages } from './Passages';
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
  /** What stands above it, such as earlier conversations. */
  before?: ComponentChildren;
  onRetry: (client_id: string) => void;
  onRemove: (client_id: string) => void;
};

/** A conversation, its newest line in sight. */
export function MessageList(props: Props) {
  const { messages, unsent, side, readUpTo, before, onRetry, onRemove } = props;
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
        <div>{before}</div>
        <ul class="message-list__passages">
          <Passages messages={messages} side={side} readUpTo={readUpTo} />
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
