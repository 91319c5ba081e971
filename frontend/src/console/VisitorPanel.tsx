import x from 'icon:x';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { lazily } from '../shared/lazily';
import { CardAnswers } from './CardAnswers';
import { CardForm } from './CardForm';
import type { Desk } from './desk';
import { EarlierConversations } from './EarlierConversations';
import { InvitationBar } from './InvitationBar';
import { PageTrack } from './PageTrack';
import type { PanelPart } from './panel';
import { ReadingPane } from './ReadingPane';
import { Tabs } from './Tabs';
import { VerifiedMark } from './VerifiedMark';
import { VisitorFacts } from './VisitorFacts';
import { VisitsList } from './VisitsList';
import { visitorName } from './visitorName';
import './VisitorPanel.css';

type Props = { desk: Desk };

const WhyList = lazily(async () => (await import('./WhyList')).WhyList, 'when_shown');

/** All about the visitor on the screen (V-11). */
export function VisitorPanel({ desk }: Props) {
  const { tab, id } = desk.route.place.value;
  const chosen = desk.panel.part.value;
  const part = chosen === 'why' && tab !== 'chats' ? 'visitor' : chosen;
  const file = desk.file.file.value;
  const reading = desk.reading.value;
  const wanted = tab === 'visitors' || (tab === 'chats' && desk.panel.isOpen.value);
  if (id === null || !wanted || !file) return null;
  const visitor = desk.visitors.rows.row(id);
  const parts: [PanelPart, string][] = [
    ['visitor', t('Visitor')],
    ['track', t('Track')],
    ['card', t('Card')],
    ['history', t('History')],
    ['visits', t('Visits')],
  ];
  if (tab === 'chats') parts.push(['why', t('Why')]);
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
        {file.card.verified && <VerifiedMark />}
        <span class="visitor-panel__gap" />
        <IconButton shape={x} label={t('Close')} onClick={close} />
      </header>
      {tab === 'visitors' && visitor && <InvitationBar key={id} desk={desk} visitor={visitor} />}
      {reading ? (
        <ReadingPane followed={reading} onClose={() => desk.read(null)} />
      ) : (
        <Tabs
          label={t('About the visitor')}
          tabs={parts}
          chosen={part}
          onChoose={(chosen) => {
            desk.panel.part.value = chosen;
          }}
        >
          {part === 'visitor' && <CardAnswers answers={file.card.answers} />}
          {part === 'visitor' && <VisitorFacts file={file} />}
          {part === 'track' && <PageTrack file={file} />}
          {part === 'card' && (
            <CardForm key={file.card.id} card={file.card} onSave={(card) => desk.saveCard(card)} />
          )}
          {part === 'history' && (
            <EarlierConversations
              conversations={file.earlier}
              current={tab === 'chats' ? id : null}
              onRead={(conversation) => desk.read(conversation)}
            />
          )}
          {part === 'visits' && <VisitsList file={file} />}
          {part === 'why' && (
            <WhyList
              whys={desk.whys.all.value}
              conversation_id={id}
              onShow={(conversation_id) => desk.whys.open(conversation_id)}
            />
          )}
        </Tabs>
      )}
    </aside>
  );
}
