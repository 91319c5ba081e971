import arrowBack from 'icon:chevron-left';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../shared/Button';
import { IconButton } from '../../shared/IconButton';
import { t } from '../../shared/i18n';
import { Refused } from '../../shared/refusal';
import { Refusal } from '../Refusal';
import { StoredData } from './StoredData';
import { saveFile } from './transcript';
import './Privacy.css';

type Stored = Record<string, unknown>;

type Props = {
  company: string;
  /** Whether the team sees what he is typing. */
  showsTyping: boolean;
  mayErase: boolean;
  onShowTyping: (shows: boolean) => Promise<void>;
  onLook: () => Promise<Stored>;
  onErase: () => Promise<void>;
  onBack: () => void;
};

/** What is kept about the visitor, and what he can do about it (`beyond.md`, idea 5). */
export function Privacy(props: Props) {
  const { company, showsTyping, mayErase, onShowTyping, onLook, onErase, onBack } = props;
  const [stored, setStored] = useState<Stored | null>(null);
  const [isUnsure, setIsUnsure] = useState(false);
  const [refusal, setRefusal] = useState('');
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const question = useRef<HTMLDivElement>(null);
  // It comes below all there is to read.
  useEffect(() => {
    if (!isUnsure) return;
    question.current?.focus();
    question.current?.scrollIntoView({ block: 'end' });
  }, [isUnsure]);

  const attempt = async (action: () => Promise<unknown>) => {
    setRefusal('');
    try {
      await action();
    } catch (problem) {
      const reason = problem instanceof Refused ? problem.message : '';
      setRefusal(reason || t('There is no connection. Try again in a moment.'));
    }
  };
  const look = async (): Promise<Stored> => {
    const data = stored ?? (await onLook());
    setStored(data);
    return data;
  };
  const download = async () =>
    saveFile(fileName(company), 'application/json', [JSON.stringify(await look(), null, 2)]);

  return (
    <section
      class="privacy"
      aria-labelledby="privacy-title"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onBack();
      }}
    >
      <div class="privacy__head">
        <IconButton shape={arrowBack} label={t('Back to the chat')} onClick={onBack} />
        <h2 class="privacy__title" id="privacy-title" tabIndex={-1} ref={title}>
          {t('Privacy')}
        </h2>
      </div>
      <label class="privacy__switch">
        <input
          type="checkbox"
          checked={showsTyping}
          onChange={({ currentTarget }) => {
            const shows = currentTarget.checked;
            void attempt(() => onShowTyping(shows));
          }}
        />
        <span>
          {t('Show the team what I am typing')}
          <small class="privacy__help">
            {t('They can prepare their answer before you have sent your message.')}
          </small>
        </span>
      </label>
      <h3 class="privacy__subtitle">{t('What is stored about you')}</h3>
      {stored ? (
        <StoredData data={stored} />
      ) : (
        <p class="privacy__help">
          {t('Your conversations, your visits to this site, and what you told the team.')}
        </p>
      )}
      {refusal && <Refusal text={refusal} />}
      <div class="privacy__buttons">
        {!stored && (
          <Button variant="quiet" onClick={() => void attempt(look)}>
            {t('Show it')}
          </Button>
        )}
        <Button variant="quiet" onClick={() => void attempt(download)}>
          {t('Download it')}
        </Button>
        {mayErase && !isUnsure && (
          <Button variant="quiet" onClick={() => setIsUnsure(true)}>
            {t('Erase everything')}
          </Button>
        )}
      </div>
      {isUnsure && (
        <div
          ref={question}
          class="privacy__question"
          role="alertdialog"
          aria-labelledby="privacy-question"
          tabIndex={-1}
        >
          <p id="privacy-question">
            {t(
              'Erase your conversations, files, messages and visits? They cannot be brought back.',
            )}
          </p>
          <div class="privacy__buttons">
            <Button variant="quiet" onClick={() => setIsUnsure(false)}>
              {t('Keep them')}
            </Button>
            <Button variant="danger" onClick={() => void attempt(onErase)}>
              {t('Erase everything')}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}

function fileName(company: string): string {
  return `${company.replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ')} ${new Date().toISOString().slice(0, 10)}.json`.trim();
}
