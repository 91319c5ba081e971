import x from 'icon:x';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import './Dialog.css';

type Props = {
  title: string;
  /** Without a heading of its own: its content begins at the top. */
  bare?: boolean;
  wide?: boolean;
  children: ComponentChildren;
  onClose: () => void;
};

/** A sheet over the page that wants an answer or a look first; Escape and a click beside it close it. */
export function Dialog({ title, bare = false, wide = false, children, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={['dialog', wide && 'dialog--wide', bare && 'dialog--bare'].filter(Boolean).join(' ')}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div class="dialog__body">
        {!bare && (
          <header class="dialog__header">
            <h2 class="dialog__title">{title}</h2>
            <IconButton shape={x} label={t('Close')} onClick={onClose} />
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}
