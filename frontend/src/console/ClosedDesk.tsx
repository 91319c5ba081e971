import { t } from '../shared/i18n';
import type { Closure } from './closures';
import type { Desk } from './desk';

type Props = { desk: Desk; why: Closure; message: string };

/** Why there is no console any more, and the way back. */
export function ClosedDesk({ desk, why, message }: Props) {
  const { title, text, back } = wordsFor(why, message);
  return (
    <main class="full-page">
      <div class="full-page__card" role="alert">
        <h1 class="full-page__title">{title}</h1>
        <p class="full-page__text">{text}</p>
        <div class="full-page__actions">
          <a class="button" href="/console">
            {back}
          </a>
          {why !== 'signed_out' && desk.may('management.enter') && (
            <a class="button button--quiet" href="/manage">
              {t('Management centre')}
            </a>
          )}
          {why !== 'signed_out' && (
            <form method="post" action="/sign-out">
              <input type="hidden" name="csrf_token" value={desk.csrf} />
              <button class="button button--quiet" type="submit">
                {t('Sign out')}
              </button>
            </form>
          )}
        </div>
      </div>
    </main>
  );
}

function wordsFor(why: Closure, message: string): { title: string; text: string; back: string } {
  switch (why) {
    case 'signed_out':
      return {
        title: t('You have been signed out'),
        text:
          message ||
          t(
            'This session has ended, here or on another device. What you wrote and did not send is kept on this device.',
          ),
        back: t('Sign in'),
      };
    case 'offline':
      return {
        title: t('You are offline'),
        text: t('Your seat is free for a colleague. Your conversations wait for you here.'),
        back: t('Go online'),
      };
    case 'seat_released':
      return {
        title: t('Your seat was released'),
        text: t(
          'Somebody released your seat, or you went offline in another window. Your conversations are kept.',
        ),
        back: t('Take a seat again'),
      };
    case 'no_seat':
      return { title: t('All seats are in use'), text: message, back: t('Try again') };
    case 'not_allowed':
      return {
        title: t('You no longer answer visitors'),
        text: t(
          'Your role was changed. Ask an administrator of your company if this is a mistake.',
        ),
        back: t('Try again'),
      };
    case 'refused':
      return {
        title: t('The console cannot be opened'),
        text: message || t('Something went wrong on our side. Try again in a moment.'),
        back: t('Try again'),
      };
  }
}
