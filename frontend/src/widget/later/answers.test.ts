import { expect, it } from 'vitest';
import type { FormField } from '../../shared/style';
import { answersForNextTime, answersIn, complaintsAbout, labelOf, USUAL_FIELDS } from './answers';

const own: FormField = {
  key: 'own1',
  label: 'Order',
  kind: 'line',
  is_required: true,
  options: [],
  url: '',
};
const note = (answers: Record<string, string>, text = 'Hello') => ({ text, answers });

it('wants a message, and one way to answer it', () => {
  expect(complaintsAbout(note({}, ' '), USUAL_FIELDS)).toEqual({
    text: 'Write what you would like to know.',
    email: 'Tell us how to reach you.',
  });
  expect(complaintsAbout(note({ phone: '+86 20 1234 5678' }), USUAL_FIELDS)).toEqual({});
});

it('wants no way to answer where the company does not ask for one', () => {
  expect(complaintsAbout(note({ own1: '17' }), [own])).toEqual({});
});

it('wants what the company requires', () => {
  expect(complaintsAbout(note({ own1: '  ' }), [own])).toEqual({ own1: 'Fill this in.' });
});

it('says what does not look like an address or a number', () => {
  const complaints = complaintsAbout(note({ email: 'olga', phone: 'none' }), USUAL_FIELDS);

  expect(Object.keys(complaints)).toEqual(['email', 'phone']);
});

it('calls fields as the company does, or as everybody does', () => {
  expect([own, ...USUAL_FIELDS].map(labelOf)).toEqual(['Order', 'Name', 'E-mail', 'Phone']);
});

it('reads back the answers it kept, and nothing else', () => {
  expect(answersIn('{"name":"Olga","own1":17}')).toEqual({ name: 'Olga', own1: '17' });
  expect(answersIn('broken')).toEqual({});
  expect(answersIn('[]')).toEqual({});
});

it('knows who he is the next time, but not what he ordered', () => {
  expect(answersForNextTime({ name: 'Olga', own1: '17' })).toEqual({ name: 'Olga' });
});
