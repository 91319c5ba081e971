import { useEffect, useState } from 'preact/hooks';
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

/** What is being written into a conversation: switching to another one and reloading keep the words. */
export function useDraft(desk: Desk, conversation_id: number): Draft {
  const key = `laike:draft:${desk.config.company.id}:${conversation_id}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? '');
  const { files, refusal, add, remove, clear } = useAttachments(
    desk.config.max_upload_mb * 1_048_576,
  );
  useEffect(() => {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  }, [key, text]);
  return {
    text,
    files,
    refusal,
    write: setText,
    attach: add,
    detach: remove,
    clear: () => {
      setText('');
      clear();
    },
  };
}
