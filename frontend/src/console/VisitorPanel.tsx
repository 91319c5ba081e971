import x from 'icon:x';
import { useState } from 'preact/hooks';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { CardForm } from './CardForm';
import type { Desk } from './desk';
import { EarlierConversations } from './EarlierConversations';
import { PageTrack } from './PageTrack';
import { Tabs } from './Tabs';
import { VisitorFacts } from './VisitorFacts';
import { visitorName } from './visitorName';
import './VisitorPanel.css';

type Props = { desk: Desk };
type Part = 'visitor' | 'track' | 'card' | 'history';

/** All about the visitor on the screen. */
export function VisitorPanel({ desk }: Props) {
  const [part, setPart] = useState<Part>('visitor');
  const { tab, id } = desk.route.place.value;
  const file = desk.file.file.value;
  const wanted = tab === 'visitors' || (tab === 'chats' && desk.panel.isOpen.value);
  if (id === null || !wanted || !file) return null;
  const parts: [Part, string][] = [
    ['visitor', t('Visitor')],
    ['track', t('Track')],
    ['card', t('Card')],
    ['history', t('History')],
  ];
  const close = () => {
    if (tab === 'visitors') desk.route.go('visitors');
    else desk.panel.toggle();
  };
  return (
    <aside class="visitor-panel" aria-label={t('About the visitor')}>
      <header class="visitor-panel__header">
        <h2 class="visitor-panel__name" dir="auto">
          {visitorName(file.card)}
        </h2>
        <IconButton shape={x} label={t('Close')} onClick={close} />
      </header>
      <Tabs label={t('About the visitor')} tabs={parts} chosen={part} onChoose={setPart}>
        {part === 'visitor' && <VisitorFacts file={file} />}
        {part === 'track' && <PageTrack file={file} />}
        {part === 'card' && (
          <CardForm key={file.card.id} card={file.card} onSave={(card) => desk.saveCard(card)} />
        )}
        {part === 'history' && <EarlierConversations conversations={file.earlier} current={id} />}
      </Tabs>
    </aside>
  );
}
