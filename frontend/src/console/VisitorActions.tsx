import messageBolt from 'icon:message-bolt';
import messageOff from 'icon:message-off';
import messagePlus from 'icon:message-plus';
import type { PresentVisitor } from '../shared/events';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { InviteButton } from './InviteButton';

type Props = { desk: Desk; visitor: PresentVisitor };

/** What can be done about one visitor of the list: invite him, take that back, or chat with him directly (I-01, I-02, I-08). */
export function VisitorActions({ desk, visitor }: Props) {
  const { invitations } = desk;
  const onDead = (text: string) => desk.say({ text });
  const { invitation } = visitor;
  return (
    <>
      {invitation && invitations.isMine(visitor) ? (
        <InviteButton
          shape={messageOff}
          label={t('Withdraw the invitation')}
          against={null}
          onClick={() => void invitations.withdraw(invitation.id)}
          onDead={onDead}
        />
      ) : (
        <InviteButton
          shape={messagePlus}
          label={t('Invite')}
          against={invitations.against(visitor)}
          onClick={() => void invitations.invite(visitor.id)}
          onDead={onDead}
        />
      )}
      <InviteButton
        shape={messageBolt}
        label={t('Chat directly')}
        against={invitations.againstDirect(visitor)}
        onClick={() => desk.askToChatDirectly(visitor)}
        onDead={onDead}
      />
    </>
  );
}
