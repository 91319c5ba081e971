import type { SentFile } from '../events';
import { t } from '../i18n';
import './Picture.css';

type Props = { file: SentFile; pale?: boolean };

/** A picture as a thumbnail; a click shows the whole. */
export function Picture({ file, pale = false }: Props) {
  return (
    <a
      class={pale ? 'picture picture--pale' : 'picture'}
      href={file.url}
      target="_blank"
      rel="noopener noreferrer"
      title={t('Show {name}', { name: file.name })}
    >
      <img
        class="picture__thumbnail"
        src={file.url}
        alt={file.name}
        loading="lazy"
        decoding="async"
      />
    </a>
  );
}
