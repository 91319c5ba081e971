import plugOff from 'icon:plug-connected-x';
import { Button } from '../../shared/Button';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import type { Refused } from '../../shared/refusal';
import './Trouble.css';

type Props = { refusal: Refused | null };

/** The server will not have this visitor, or not like this; it says why. */
export function Trouble({ refusal }: Props) {
  return (
    <div class="trouble" role="alert">
      <Icon shape={plugOff} size="large" />
      <p>{refusal?.message || t('The chat cannot be opened right now.')}</p>
      {refusal?.code !== 'identity_required' && (
        <Button variant="quiet" onClick={() => location.reload()}>
          {t('Try again')}
        </Button>
      )}
    </div>
  );
}
