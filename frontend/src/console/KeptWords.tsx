import copy from 'icon:copy';
import trash from 'icon:trash';
import { useState } from 'preact/hooks';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import './KeptWords.css';

type Props = { text: string; onForget: () => void };

/** What an agent had written and can no longer send here. */
export function KeptWords({ text, onForget }: Props) {
  const [copied, setCopied] = useState(false);
  const onCopy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="kept-words">
      <div class="kept-words__words">
        <p class="kept-words__title">{t('You had written, and not sent:')}</p>
        <p class="kept-words__text" dir="auto">
          {text}
        </p>
      </div>
      <IconButton
        shape={copy}
        label={copied ? t('Copied') : t('Copy')}
        onClick={() => void onCopy()}
      />
      <IconButton shape={trash} label={t('Throw away')} onClick={onForget} />
    </div>
  );
}
