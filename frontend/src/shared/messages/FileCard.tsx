import paper from 'icon:file-text';
import type { SentFile } from '../events';
import { fileSize } from '../fileSize';
import { Icon } from '../Icon';
import { t } from '../i18n';
import './FileCard.css';

type Props = { file: SentFile; pale?: boolean };

/** A file that is not a picture: its name and size, to be saved. */
export function FileCard({ file, pale = false }: Props) {
  const content = (
    <>
      <span class="file-card__icon">
        <Icon shape={paper} />
      </span>
      <span class="file-card__words">
        <span class="file-card__name" dir="auto">
          {file.name}
        </span>
        <span class="file-card__size">{fileSize(file.size)}</span>
      </span>
    </>
  );
  if (!file.url) return <div class="file-card file-card--pale">{content}</div>;
  return (
    <a
      class={pale ? 'file-card file-card--pale' : 'file-card'}
      href={file.url}
      target="_blank"
      rel="noopener noreferrer"
      download={file.name}
      title={t('Save {name}', { name: file.name })}
    >
      {content}
    </a>
  );
}
