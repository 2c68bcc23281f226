import { getCountries, isSupportedCountry } from 'libphonenumber-js/min';

const byTld: Record<string, string> = { uk: 'GB', eu: '', su: 'RU' };
/** The country that most of a language's pages come from. */
const byLanguage: Record<string, string> = {
  de: 'DE',
  fr: 'FR',
  it: 'IT',
  nl: 'NL',
  pl: 'PL',
  pt: 'PT',
  cs: 'CZ',
  da: 'DK',
  sv: 'SE',
  nb: 'NO',
  no: 'NO',
  fi: 'FI',
  hu: 'HU',
  el: 'GR',
  ro: 'RO',
  sk: 'SK',
  tr: 'TR',
  ru: 'RU',
  uk: 'UA',
  ja: 'JP',
  ko: 'KR',
  he: 'IL',
  th: 'TH',
  vi: 'VN',
  id: 'ID',
  bg: 'BG',
  hr: 'HR',
  sl: 'SI',
  et: 'EE',
  lv: 'LV',
  lt: 'LT',
  is: 'IS',
  zh: 'CN',
  es: 'ES',
  en: 'US',
};
/** Country codes in use as generic endings. */
const genericTlds = new Set([
  'io',
  'co',
  'me',
  'tv',
  'cc',
  'ws',
  'fm',
  'ai',
  'ly',
  'to',
  'gg',
  'sh',
  'la',
  'ac',
  'im',
  'am',
  'st',
  'nu',
  'vc',
  'so',
]);
const countries: ReadonlySet<string> = new Set(getCountries());

/**
 * The country that national numbers of a page belong to: structured data, top-level domain, the language's region, the calling codes that the page
 * shows, the language.
 */
export function pageCountry({
  host,
  language,
  structured,
  shown,
}: {
  host: string;
  language: string | null;
  structured: string | null;
  /** Asked only where it is needed: the country of the numbers that carry their calling code. */
  shown: () => string | null;
}): string | null {
  if (structured && isSupportedCountry(structured)) return structured;
  const tld = host.slice(host.lastIndexOf('.') + 1).toLowerCase();
  const fromTld = byTld[tld] ?? (tld.length === 2 && !genericTlds.has(tld) ? tld.toUpperCase() : '');
  if (countries.has(fromTld)) return fromTld;
  const [primary, ...rest] = (language ?? '').split(/[-_]/);
  const region = rest.find((part) => /^[a-z]{2}$/i.test(part))?.toUpperCase();
  if (region && countries.has(region)) return region;
  return shown() ?? byLanguage[(primary ?? '').toLowerCase()] ?? null;
}
