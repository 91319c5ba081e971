/** Hides card and Chinese resident identity numbers in the browser of who writes them (`beyond.md`, idea 6). */

export type Masked = { text: string; hidden: boolean };

const MASK = '•';
const SHOWN_AT_END = 4;
/** As many as payment cards may show at most of their beginning (PCI DSS 3.4). */
const SHOWN_WHILE_TYPED = 6;

const GAP = '[ \\u00a0\\u3000\\-\\u2010-\\u2015]{0,2}';
const LONG_NUMBER = new RegExp(`\\+?\\d(?:${GAP}\\d){6,}(?:${GAP}x)?`, 'gi');

// What cards begin with (ISO/IEC 7812): 3, 4, 5, 6, UnionPay's 81, and Mastercard's 22 to 27, which have sixteen digits.
const CARD = /^(?:(?:[3-6]|81)\d{11,18}|2[2-7]\d{14})$/;
// Province and district, day of birth, sequence, check: eighteen digits since 1999 (GB 11643), fifteen before.
const PROVINCE = '(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)';
const DAY = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';
const IDENTITY = new RegExp(`^${PROVINCE}\\d{4}(?:19|20)\\d\\d${DAY}\\d{3}[\\dX]$`);
const OLD_IDENTITY = new RegExp(`^${PROVINCE}\\d{4}\\d\\d${DAY}\\d{3}$`);
const IDENTITY_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const IDENTITY_CHECKS = '10X98765432';
const BEGINNING = new RegExp(`^(?:${PROVINCE}|2[2-7]|[3-6])`);

/** The text with all but the last four digits of such numbers hidden. */
export function masked(text: string): Masked {
  return covered(text, (number) =>
    numbersIn(number).flatMap(({ from, to }) => number.at.slice(from, to - SHOWN_AT_END)),
  );
}

/**
 * The text as it may be shown while it is being written.  Nobody knows yet what a long number will become, and its last
 * four digits, shown as it grows, would in the end have been all of it: so here the beginning stays.
 */
export function maskedWhileTyped(text: string): string {
  return covered(text, ({ digits, at, starts }) => {
    const from = starts.find((start) => BEGINNING.test(digits.slice(start)));
    return from === undefined ? [] : at.slice(from + SHOWN_WHILE_TYPED);
  }).text;
}

/** Digits with at most two spaces or dashes between any two: each one's place in the text, and where groups begin and end. */
type LongNumber = { digits: string; at: number[]; starts: number[]; ends: number[] };

function covered(text: string, places: (number: LongNumber) => number[]): Masked {
  const units = text.split('');
  for (const { 0: found, index } of narrow(text).matchAll(LONG_NUMBER))
    for (const place of places(longNumber(found))) units[index + place] = MASK;
  const result = units.join('');
  return { text: result, hidden: result !== text };
}

/** Chinese input methods write full-width digits, letters and dashes; each has its plain twin, one for one. */
function narrow(text: string): string {
  return text.replace(/[\uff0d\uff10-\uff19\uff38\uff58]/g, (wide) =>
    String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
  );
}

function longNumber(found: string): LongNumber {
  const number: LongNumber = { digits: '', at: [], starts: [], ends: [] };
  for (const { 0: group, index } of found.matchAll(/\d+|x/gi)) {
    // What follows a plus is a phone number, with its country first.
    if (found[index - 1] !== '+') number.starts.push(number.digits.length);
    number.digits += group.toUpperCase();
    number.ends.push(number.digits.length);
    for (let place = index; place < index + group.length; place += 1) number.at.push(place);
  }
  return number;
}

/** From left to right; of several that begin at the same place the longest. */
function numbersIn({ digits, starts, ends }: LongNumber): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const from of starts) {
    if (from < (found.at(-1)?.to ?? 0)) continue;
    const [to] = ends
      .filter((end) => isHidden(digits.slice(from, end), isOne(from, end)))
      .slice(-1);
    if (to !== undefined) found.push({ from, to });
  }
  return found;

  function isOne(from: number, to: number): boolean {
    return !starts.some((start) => start > from && start < to);
  }
}

function isHidden(digits: string, isOneGroup: boolean): boolean {
  if (digits.length < 13 || digits.length > 19) return false;
  return isCard(digits) || isIdentity(digits) || (isOneGroup && OLD_IDENTITY.test(digits));
}

/** By the check digit of Luhn (ISO/IEC 7812-1). */
function isCard(digits: string): boolean {
  if (!CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isIdentity(digits: string): boolean {
  if (!IDENTITY.test(digits)) return false;
  const sum = IDENTITY_WEIGHTS.reduce(
    (total, weight, place) => total + weight * Number(digits[place]),
    0,
  );
  return digits[17] === IDENTITY_CHECKS[sum % 11];
}
