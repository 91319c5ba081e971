import fileText from 'icon:file-text';
import x from 'icon:x';
import { useEffect, useState } from 'preact/hooks';
import { fileSize } from '../fileSize';
import { Icon } from '../Icon';
import { t } from '../i18n';
import './AttachmentTray.css';

const FILE = 'attachment-tray__file';

type Props = { files: File[]; onDetach: (file: File) => void };

/** What will go out with the message: pictures as they look, other files by name. */
export function AttachmentTray({ files, onDetach }: Props) {
  return (
    <ul class="attachment-tray" aria-label={t('Files to send')}>
      {files.map((file) => (
        <Attachment
          key={`${file.name} ${file.lastModified} ${file.size}`}
          file={file}
          onDetach={onDetach}
        />
      ))}
    </ul>
  );
}

function Attachment({ file, onDetach }: { file: File; onDetach: (file: File) => void }) {
  const preview = usePreview(file);
  return (
    <li class={preview ? `${FILE} ${FILE}--picture` : FILE} title={file.name}>
      {preview ? (
        <img class="attachment-tray__picture" src={preview} alt={file.name} />
      ) : (
        <>
          <Icon shape={fileText} />
          <span class="attachment-tray__name" dir="auto">
            {file.name}
          </span>
          <span class="attachment-tray__size">{fileSize(file.size)}</span>
        </>
      )}
      <button
        class="attachment-tray__remove"
        type="button"
        aria-label={t('Remove {name}', { name: file.name })}
        title={t('Remove')}
        onClick={() => onDetach(file)}
      >
        <Icon shape={x} size="small" />
      </button>
    </li>
  );
}

function usePreview(file: File): string | null {
  const [preview, setPreview] = useState<string | null>(null);
  useEffect(() => {
    if (!/^image\/(png|jpeg|gif|webp)$/.test(file.type)) return;
    const url = URL.createObjectURL(file);
    setPreview(url);
    return () => URL.revokeObjectURL(url);
  }, [file]);
  return preview;
}
