import type { FollowedConversation } from '../shared/followedConversation';
import { t } from '../shared/i18n';
import { Composer } from '../shared/messages/Composer';
import type { Desk } from './desk';
import type { Draft } from './useDraft';
import './AnswerBox.css';

type Props = { desk: Desk; followed: FollowedConversation; draft: Draft };

/** Where the answer is written. */
export function AnswerBox({ desk, followed, draft }: Props) {
  const send = () => {
    desk.conversations.say(followed.id, draft.text, draft.files);
    draft.clear();
  };
  return (
    <div class="answer-box">
      {draft.refusal && (
        <p class="answer-box__refusal" role="alert">
          {draft.refusal}
        </p>
      )}
      <Composer
        draft={draft.text}
        attachments={draft.files}
        placeholder={t('Write an answer')}
        sendKey={desk.preferences.sendKey.value}
        onDraft={(text) => {
          draft.write(text);
          followed.type(text);
        }}
        onAttach={draft.attach}
        onDetach={draft.detach}
        onSend={send}
      />
    </div>
  );
}
