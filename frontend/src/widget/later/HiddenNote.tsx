import shield from 'icon:shield-lock';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import './HiddenNote.css';

/** That a number was made unreadable before it left this browser. */
export function HiddenNote() {
  return (
    <p class="hidden-note" role="status">
      <Icon shape={shield} size="small" />
      {t('A card or ID number was hidden before your message was sent.')}
    </p>
  );
}
