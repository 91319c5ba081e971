import { useState } from 'preact/hooks';
import { Button } from '../shared/Button';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import './FirstSteps.css';

type Props = { desk: Desk };

/** Nobody is on the site yet: how to put the widget there, and how to try it at once. */
export function FirstSteps({ desk }: Props) {
  const [copied, setCopied] = useState(false);
  const { public_url, site_key } = desk.config;
  const line = `<script async src="${public_url}/w/${site_key}.js"></script>`;
  const copy = async () => {
    await navigator.clipboard.writeText(line);
    setCopied(true);
  };
  return (
    <div class="first-steps">
      <h2 class="first-steps__title">{t('Ready when your visitors are')}</h2>
      <p class="first-steps__text">
        {t(
          'Put this line into your pages, before the closing body tag. Visitors then appear here by themselves.',
        )}
      </p>
      <pre class="first-steps__line">
        <code>{line}</code>
      </pre>
      <div class="first-steps__actions">
        <Button onClick={() => void copy()}>{copied ? t('Copied') : t('Copy the line')}</Button>
        {desk.may('management.enter') && (
          <a class="button button--quiet" href="/manage/try" target="_blank" rel="noopener">
            {t('Try it as a visitor')}
          </a>
        )}
      </div>
    </div>
  );
}
