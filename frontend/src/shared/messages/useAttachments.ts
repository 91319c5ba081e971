import { useState } from 'preact/hooks';
import { fileSize } from '../fileSize';
import { t } from '../i18n';

const AT_MOST = 5;

/** Files chosen for the next message, and why one was not taken. */
export function useAttachments(maxBytes: number) {
  const [files, setFiles] = useState<File[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);

  const add = (chosen: File[]) => {
    const reason = chosen.map((file) => reasonAgainst(file, maxBytes)).find(Boolean) ?? null;
    const fitting = [...files, ...chosen.filter((file) => !reasonAgainst(file, maxBytes))];
    setFiles(fitting.slice(0, AT_MOST));
    setRefusal(
      reason ??
        (fitting.length > AT_MOST ? t('You can send {n} files at once.', { n: AT_MOST }) : null),
    );
  };
  const remove = (file: File) => setFiles(files.filter((other) => other !== file));
  const clear = () => {
    setFiles([]);
    setRefusal(null);
  };

  return { files, refusal, add, remove, clear };
}

function reasonAgainst(file: File, maxBytes: number): string | null {
  if (file.size === 0) return t('{name} is empty.', { name: file.name });
  if (file.size <= maxBytes) return null;
  return t('{name} is larger than {size}. Send a smaller file.', {
    name: file.name,
    size: fileSize(maxBytes),
  });
}
