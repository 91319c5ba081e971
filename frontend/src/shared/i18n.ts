type Words = Record<string, string | string[]>;
type WordFiles = Record<string, () => Promise<unknown>>;

const PLURALS = ['zero', 'one', 'two', 'few', 'many', 'other'] as const;
const RIGHT_TO_LEFT = new Set(['ar', 'dv', 'fa', 'he', 'ps', 'ur', 'yi']);

let locale = 'en';
let words: Words = {};
let plurals = new Intl.PluralRules('en');

/** The text in the reader's language; `{name}` is filled in.  English is the source. */
export function t(source: string, values: Record<string, string | number> = {}): string {
  const word = words[source];
  return filled(typeof word === 'string' && word ? word : source, values);
}

/** The text for that many; `{n}` is the number. */
export function tn(
  one: string,
  many: string,
  n: number,
  values: Record<string, string | number> = {},
): string {
  const forms = words[one];
  const form = Array.isArray(forms) ? forms[pluralIndex(n, forms.length)] : undefined;
  return filled(form || (n === 1 ? one : many), { n: n.toLocaleString(locale), ...values });
}

/**
 * Picks the best of the languages there are and loads its words.  What cannot be loaded stays English.
 * Call with `import.meta.glob('../i18n/*.json', { query: '?for=<bundle>' })`.
 */
export async function speak(wanted: string, files: WordFiles): Promise<void> {
  await findWords(wanted, files);
  document.documentElement.lang = locale;
  document.documentElement.dir = isRightToLeft(wanted) ? 'rtl' : 'ltr';
}

/** The same in a page that is not ours, and keeps its own language. */
export async function findWords(wanted: string, files: WordFiles): Promise<void> {
  useWords(bestLocale(wanted, [...Object.keys(files).map(localeOf), 'en']), {});
  await learn(files);
}

/** Loads more words of the language that is spoken already. */
export async function learn(files: WordFiles): Promise<void> {
  const file = Object.keys(files).find((one) => localeOf(one) === locale) ?? '';
  const loaded = (await files[file]?.().catch(() => {})) as { default?: Words } | undefined;
  words = { ...words, ...loaded?.default };
}

export function useWords(newLocale: string, newWords: Words): void {
  locale = newLocale;
  words = newWords;
  plurals = new Intl.PluralRules(newLocale);
}

export function currentLocale(): string {
  return locale;
}

export function isRightToLeft(language: string): boolean {
  return RIGHT_TO_LEFT.has(language.slice(0, 2).toLowerCase());
}

/** `zh-TW`, `zh-HK` and `zh-Hant-…` read traditional characters, other Chinese simplified ones. */
export function bestLocale(wanted: string, there: string[]): string {
  const language = new Intl.Locale(soundTag(wanted)).maximize();
  const exact = `${language.language}-${language.script}`;
  return (
    there.find((one) => one === exact) ?? there.find((one) => one === language.language) ?? 'en'
  );
}

function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

/** gettext numbers the forms a language has in the order CLDR lists them. */
function pluralIndex(n: number, forms: number): number {
  const used = PLURALS.filter((name) => plurals.resolvedOptions().pluralCategories.includes(name));
  return Math.min(used.indexOf(plurals.select(n) as (typeof PLURALS)[number]), forms - 1);
}

function localeOf(file: string): string {
  return (/([\w-]+)\.json/.exec(file)?.[1] ?? 'en').replace('_', '-');
}

function soundTag(wanted: string): string {
  try {
    return Intl.getCanonicalLocales(wanted.replace('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}
