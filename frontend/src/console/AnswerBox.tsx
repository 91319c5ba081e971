import { t } from '../shared/i18n';
import { Composer } from '../shared/messages/Composer';
import type { Desk } from './desk';
import type { Draft } from './useDraft';
import './AnswerBox.css';

type Props = {
  desk: Desk;
  draft: Draft;
  placeholder?: string;
  onSend: (text: string, files: File[]) => void;
  onWrite?: (text: string) => void;
};

/** Where the answer is written. */
export function AnswerBox({ desk, draft, placeholder, onSend, onWrite }: Props) {
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
        placeholder={placeholder ?? t('Write an answer')}
        sendKey={desk.preferences.sendKey.value}
        onDraft={(text) => {
          draft.write(text);
          onWrite?.(text);
        }}
        onAttach={draft.attach}
        onDetach={draft.detach}
        onSend={() => {
          onSend(draft.text, draft.files);
          draft.clear();
          onWrite?.('');
        }}
      />
    </div>
  );
}
