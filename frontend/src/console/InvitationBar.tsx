import messageBolt from 'icon:message-bolt';
import messagePlus from 'icon:message-plus';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/Button';
import type { PresentVisitor } from '../shared/events';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { stateWords } from './visitorWords';
import './InvitationBar.css';

type Props = { desk: Desk; visitor: ReadonlySignal<PresentVisitor> };

/** Inviting the visitor on the screen, with words of one's own if one likes (I-01, I-02, I-08). */
export function InvitationBar({ desk, visitor: signal }: Props) {
  const visitor = signal.value;
  const { invitations } = desk;
  const [text, setText] = useState<string | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const isWriting = text !== null;
  useEffect(() => {
    if (isWriting) box.current?.focus();
  }, [isWriting]);
  const [against, againstDirect] = [
    invitations.against(visitor),
    invitations.againstDirect(visitor),
  ];
  const { invitation } = visitor;
  if (invitation && invitations.isMine(visitor))
    return (
      <div class="invitation-bar">
        <p class="invitation-bar__state">{stateWords(visitor, desk.config.me.id)}</p>
        <Button variant="quiet" onClick={() => void invitations.withdraw(invitation.id)}>
          {t('Withdraw')}
        </Button>
      </div>
    );
  const invite = async (own: string) => {
    if (await invitations.invite(visitor.id, own)) setText(null);
  };
  if (text !== null && against === null)
    return (
      <form
        class="invitation-bar"
        onSubmit={(event) => {
          event.preventDefault();
          void invite(text);
        }}
        onKeyDown={(event) => event.key === 'Escape' && setText(null)}
      >
        <label class="card-form__field invitation-bar__words">
          <span class="card-form__label">{t('What the invitation says')}</span>
          <textarea
            class="card-form__input"
            rows={3}
            maxLength={500}
            value={text}
            dir="auto"
            ref={box}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <Button type="submit">{t('Invite')}</Button>
        <Button variant="quiet" onClick={() => setText(null)}>
          {t('Cancel')}
        </Button>
      </form>
    );
  return (
    <div class="invitation-bar">
      <Choice
        shape={messagePlus}
        label={t('Invite')}
        against={against}
        onClick={() => void invite('')}
      />
      {against === null && (
        <button class="text-button" type="button" onClick={() => setText('')}>
          {t('With your own words')}
        </button>
      )}
      <Choice
        shape={messageBolt}
        label={t('Chat directly')}
        against={againstDirect}
        onClick={() => desk.askToChatDirectly(visitor)}
      />
      {against !== null && <p class="invitation-bar__reason">{against}</p>}
    </div>
  );
}

type ChoiceProps = { shape: string[]; label: string; against: string | null; onClick: () => void };

function Choice({ shape, label, against, onClick }: ChoiceProps) {
  return (
    <button
      class="button button--quiet invitation-bar__choice"
      type="button"
      aria-disabled={against !== null}
      aria-label={against ? `${label}: ${against}` : undefined}
      title={against ?? undefined}
      onClick={() => against === null && onClick()}
    >
      <Icon shape={shape} size="small" />
      {label}
    </button>
  );
}
