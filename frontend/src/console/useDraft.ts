import { useState } from 'preact/hooks';
import { useAttachments } from '../shared/messages/useAttachments';
import type { Desk } from './desk';

export type Draft = {
  text: string;
  files: File[];
  refusal: string | null;
  write: (text: string) => void;
  attach: (files: File[]) => void;
  detach: (file: File) => void;
  clear: () => void;
};

/** What is being written into a conversation or a talk: switching to another one and reloading keep the words. */
export function useDraft(desk: Desk, where: string): Draft {
  const [text, setText] = useState(() => desk.drafts.of(where));
  const { files, refusal, add, remove, clear } = useAttachments(
    desk.config.max_upload_mb * 1_048_576,
  );
  const write = (newest: string) => {
    setText(newest);
    desk.drafts.keep(where, newest);
  };
  return {
    text,
    files,
    refusal,
    write,
    attach: add,
    detach: remove,
    clear: () => {
      write('');
      clear();
    },
  };
}
