import history from 'icon:history';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../shared/Button';
import type { Conversation } from '../../shared/events';
import { dayName } from '../../shared/format';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import { Passages } from '../../shared/messages/Passages';
import { Refused } from '../../shared/refusal';
import { Refusal } from '../Refusal';
import type { VisitorLine } from '../visitorLine';
import { type Earlier, withMessages } from './earlier';
import './EarlierConversations.css';

type Props = {
  /** The conversation they were before; null for all there are. */
  before: number | null;
  ask: VisitorLine['ask'];
};

/** What was said in former conversations (W-27): offered if there are any, fetched when it is wanted. */
export function EarlierConversations({ before, ask }: Props) {
  const [next, setNext] = useState<Conversation[]>([]);
  const [shown, setShown] = useState<Earlier[]>([]);
  const [refusal, setRefusal] = useState('');

  const find = async (before: number | null) => {
    const { conversations } = await ask('earlier_conversations', { before });
    setNext(conversations);
  };
  useEffect(() => {
    setShown([]);
    find(before).catch(() => setNext([]));
  }, [before]);
  const show = async () => {
    setRefusal('');
    try {
      const earlier = await withMessages(next, ask);
      setShown([...earlier, ...shown]);
      await find(earlier[0]?.id ?? null);
    } catch (problem) {
      const reason = problem instanceof Refused ? problem.message : '';
      setRefusal(reason || t('There is no connection. Try again in a moment.'));
    }
  };

  return (
    <>
      {next.length > 0 && (
        <div class="earlier-conversations__more">
          <Button variant="quiet" onClick={() => void show()}>
            <Icon shape={history} size="small" />
            {t('Show earlier conversations')}
          </Button>
        </div>
      )}
      {refusal && <Refusal text={refusal} />}
      {shown.map((one) => (
        <section
          key={one.id}
          class="earlier-conversations__one"
          aria-label={t('Conversation of {day}', { day: dayName(one.opened_at) })}
        >
          <ul class="earlier-conversations__messages">
            <Passages messages={one.messages} side="visitor" readUpTo={one.team_read_seq} />
          </ul>
          <p class="earlier-conversations__end">{t('This conversation has ended.')}</p>
        </section>
      ))}
    </>
  );
}
