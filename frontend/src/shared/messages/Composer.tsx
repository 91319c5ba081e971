import moodSmile from 'icon:mood-smile';
import paperclip from 'icon:paperclip';
import send from 'icon:send-2';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { IconButton } from '../IconButton';
import { t } from '../i18n';
import { lazily } from '../lazily';
import type { WindowStyle } from '../style';
import { useGrowing } from './useGrowing';
import './Composer.css';

const AttachmentTray = lazily(async () => (await import('./AttachmentTray')).AttachmentTray);
const EmojiGrid = lazily(async () => (await import('./EmojiGrid')).EmojiGrid);

export type SendKey = 'enter' | 'ctrl_enter';

type Props = {
  draft: string;
  attachments: File[];
  placeholder: string;
  sendKey?: SendKey;
  /** Which of them are offered. */
  emoticons?: WindowStyle['emoticons'] | undefined;
  disabled?: boolean;
  /** More tools beside emoji and file. */
  children?: ComponentChildren;
  onDraft: (text: string) => void;
  onAttach: (files: File[]) => void;
  onDetach: (file: File) => void;
  onSend: () => void;
};

const TEXT_LIMIT = 4000;

/** Where a message is written: grows to five lines, takes emoji and files, also pasted ones. */
export function Composer(props: Props) {
  const { draft, attachments, placeholder, sendKey = 'enter', disabled = false, children } = props;
  const { emoticons = 'native' } = props;
  const { onDraft, onAttach, onDetach, onSend } = props;
  const [emojiOpen, setEmojiOpen] = useState(false);
  const text = useGrowing(draft);
  const picker = useRef<HTMLInputElement>(null);
  const empty = draft.trim() === '' && attachments.length === 0;

  const submit = () => {
    if (empty || disabled) return;
    setEmojiOpen(false);
    onSend();
    text.current?.focus();
  };
  const insert = (emoji: string) => {
    const { selectionStart = draft.length, selectionEnd = draft.length } = text.current ?? {};
    onDraft(draft.slice(0, selectionStart) + emoji + draft.slice(selectionEnd));
    setEmojiOpen(false);
    text.current?.focus();
  };
  const closeEmoji = () => {
    setEmojiOpen(false);
    text.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {emojiOpen && emoticons !== 'none' && (
        <EmojiGrid set={emoticons} onPick={insert} onClose={closeEmoji} />
      )}
      {attachments.length > 0 && <AttachmentTray files={attachments} onDetach={onDetach} />}
      <textarea
        ref={text}
        class="composer__text"
        rows={1}
        maxLength={TEXT_LIMIT}
        value={draft}
        disabled={disabled}
        placeholder={placeholder}
        aria-label={placeholder}
        dir="auto"
        enterkeyhint="send"
        onInput={(event) => onDraft(event.currentTarget.value)}
        onPaste={(event) => {
          const files = [...(event.clipboardData?.files ?? [])];
          if (files.length === 0) return;
          event.preventDefault();
          onAttach(files);
        }}
        onKeyDown={(event) => {
          if (!sends(event, sendKey)) return;
          event.preventDefault();
          submit();
        }}
      />
      <div class="composer__tools">
        {emoticons !== 'none' && (
          <IconButton
            shape={moodSmile}
            label={t('Emoji')}
            expanded={emojiOpen}
            disabled={disabled}
            onClick={() => setEmojiOpen(!emojiOpen)}
          />
        )}
        <IconButton
          shape={paperclip}
          label={t('Attach a file')}
          disabled={disabled}
          onClick={() => picker.current?.click()}
        />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            onAttach([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
        {children}
        <span class="composer__gap" />
        <IconButton
          shape={send}
          label={t('Send')}
          type="submit"
          filled
          disabled={empty || disabled}
        />
      </div>
    </form>
  );
}

/** Enter or Ctrl+Enter, but never the Enter that picks a word in an input method. */
function sends(event: KeyboardEvent, sendKey: SendKey): boolean {
  // Safari ends the composition before it tells of the key, and says so only with this number.
  if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return false;
  const withControl = event.ctrlKey || event.metaKey;
  return sendKey === 'enter' ? !event.shiftKey && !event.altKey : withControl;
}
