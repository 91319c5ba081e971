import fileUpload from 'icon:file-upload';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from '../Icon';
import { t } from '../i18n';
import './DropZone.css';

type Props = { children: ComponentChildren; disabled?: boolean; onFiles: (files: File[]) => void };

/** An area files may be dragged onto. */
export function DropZone({ children, disabled = false, onFiles }: Props) {
  const [over, setOver] = useState(false);
  // Entering a child fires before leaving its parent, so the two are counted.
  const depth = useRef(0);

  const enter = (event: DragEvent) => {
    if (disabled || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    depth.current += 1;
    setOver(true);
  };
  const leave = () => {
    depth.current = Math.max(0, depth.current - 1);
    if (depth.current === 0) setOver(false);
  };
  const drop = (event: DragEvent) => {
    if (!over) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the file button does the same for the keyboard
    <div
      class="drop-zone"
      onDragEnter={enter}
      onDragOver={(event) => over && event.preventDefault()}
      onDragLeave={leave}
      onDrop={drop}
    >
      {children}
      {over && (
        <div class="drop-zone__veil">
          <Icon shape={fileUpload} size="large" />
          {t('Drop files to attach them')}
        </div>
      )}
    </div>
  );
}
