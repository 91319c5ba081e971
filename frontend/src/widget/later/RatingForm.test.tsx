import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import type { Rating } from '../../shared/events';
import { Refused } from '../../shared/refusal';
import { RatingForm } from './RatingForm';

const given: Rating = { score: 4, comment: 'Quick', at: '2026-03-01T10:00:00Z' };

function shown(rating: Rating | null, onRate = vi.fn(async () => {})) {
  const place = document.body.appendChild(document.createElement('div'));
  const draw = (rating: Rating | null) =>
    act(() => render(<RatingForm rating={rating} member="Nina" onRate={onRate} />, place));
  draw(rating);
  const choose = (score: number) =>
    act(() => place.querySelector<HTMLElement>(`input[value="${score}"]`)?.click());
  const submit = () =>
    act(async () => {
      place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    });
  return { place, onRate, draw, choose, submit };
}

it('is a group of five choices with words', () => {
  const { place } = shown(null);

  const words = [...place.querySelectorAll('label')].map((label) => label.textContent);
  expect(place.querySelector('legend')?.textContent).toBe('How well did Nina help you?');
  expect(words).toEqual(['Very bad', 'Bad', 'Acceptable', 'Good', 'Very good']);
});

it('wants a choice before it sends one', async () => {
  const { place, onRate, choose, submit } = shown(null);

  await submit();
  expect(place.querySelector('[role=alert]')?.textContent).toBe('Choose one to five stars.');

  await choose(5);
  await submit();
  expect(onRate).toHaveBeenCalledExactlyOnceWith(5, '');
});

it('thanks, and lets the visitor change his mind', async () => {
  const { place, onRate, draw, choose, submit } = shown(given);
  expect(place.textContent).toContain('Thank you for your rating.');

  await act(() => place.querySelector('button')?.click());
  expect(place.querySelector('textarea')?.value).toBe('Quick');
  await choose(2);
  await submit();
  expect(onRate).toHaveBeenCalledWith(2, 'Quick');

  draw({ ...given, score: 2 });
  expect(place.querySelector('[role=img]')?.getAttribute('aria-label')).toBe('Bad');
});

it('says why a rating was not taken', async () => {
  const onRate = vi.fn(async () => {
    throw new Refused('no_ratings', 'This company does not take ratings.');
  });
  const { place, choose, submit } = shown(null, onRate);

  await choose(1);
  await submit();

  expect(place.querySelector('[role=alert]')?.textContent).toContain('does not take ratings');
});
