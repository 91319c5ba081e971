import { useEffect } from 'preact/hooks';
import type { Why } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import { shortTime } from './elapsed';
import './WhyList.css';

type Props = { whys: Why[] | null; conversation_id: number; onShow: (id: number) => void };

/** Why this conversation went to whom it went: the rule, who else could have had it, who not. */
export function WhyList({ whys, conversation_id, onShow }: Props) {
  useEffect(() => onShow(conversation_id), [conversation_id]);
  if (whys === null) return <p class="why__quiet">{t('One moment.')}</p>;
  if (whys.length === 0) return <p>{t('Nobody has this conversation yet.')}</p>;
  return (
    <ol class="whys">
      {whys.map((why) => (
        <li class="why" key={why.at}>
          <h3 class="why__head">
            {why.member.name}
            <time class="why__quiet" dateTime={why.at} title={fullTime(why.at)}>
              {shortTime(why.at)}
            </time>
          </h3>
          <ul class="why__sentences">
            {why.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
            {why.returned_because && (
              <li>
                {t('It went back to the queue:')} {why.returned_because}
              </li>
            )}
          </ul>
          <Candidates why={why} />
          <Exclusions why={why} />
        </li>
      ))}
    </ol>
  );
}

function Candidates({ why: { candidates } }: { why: Why }) {
  if (candidates.length === 0) return null;
  return (
    <>
      <h4 class="why__title">{t('Could receive')}</h4>
      <ol class="why__people">
        {candidates.map(({ member, talking, limit, today }) => (
          <li key={member.id}>
            {member.name}{' '}
            <span class="why__quiet">
              {t('{talking} of {limit} conversations, {today} today', { talking, limit, today })}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Exclusions({ why: { exclusions } }: { why: Why }) {
  if (exclusions.length === 0) return null;
  return (
    <>
      <h4 class="why__title">{t('Could not')}</h4>
      <ul class="why__people">
        {exclusions.map(({ member, because }) => (
          <li key={member.id}>
            {member.name} <span class="why__quiet">{because}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
