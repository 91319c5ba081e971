import { Button } from '../../shared/Button';
import { t } from '../../shared/i18n';
import type { Invitation } from '../../shared/style';
import './InvitationBox.css';

type Props = { invitation: Invitation; onAnswer: (accepts: boolean) => void };

/** An invitation in the open window (I-01, I-11).  Where nobody asked before opening it, he just writes or does not (CF-31). */
export function InvitationBox({ invitation, onAnswer }: Props) {
  const { title, text, picture, manner } = invitation;
  return (
    <section class="invitation-box" aria-labelledby="invitation-title">
      {picture && <img class="invitation-box__picture" src={picture} alt="" />}
      <h2 class="invitation-box__title" id="invitation-title" dir="auto">
        {title}
      </h2>
      <p class="invitation-box__text" role="status" dir="auto">
        {text}
      </p>
      <div class="invitation-box__buttons">
        {manner === 'ask' && <Button onClick={() => onAnswer(true)}>{t('Yes, please')}</Button>}
        <Button variant="quiet" onClick={() => onAnswer(false)}>
          {t('Not now')}
        </Button>
      </div>
    </section>
  );
}
