import circleCheck from 'icon:circle-check';
import { isWhole, type LiveConversation } from '../conversation';
import { Icon } from '../Icon';
import { tn } from '../i18n';
import './WholeMark.css';

type Props = { conversation: LiveConversation };

/** That both sides hold everything that was said.  Says nothing while that is not known. */
export function WholeMark({ conversation }: Props) {
  if (!isWhole(conversation)) return null;
  const words = tn(
    'Nothing lost: both sides hold the {n} message',
    'Nothing lost: both sides hold all {n} messages',
    conversation.last_seq,
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: its words are shown on focus, too
    <span class="whole-mark" role="img" aria-label={words} tabIndex={0}>
      <Icon shape={circleCheck} size="small" />
      <span class="whole-mark__words" aria-hidden="true">
        {words}
      </span>
    </span>
  );
}
