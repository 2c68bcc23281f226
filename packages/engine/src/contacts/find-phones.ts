import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import { contactLimits } from './limits.ts';

export interface PhoneMatch {
  number: PhoneNumber;
  kind: 'phone' | 'fax';
  start: number;
  end: number;
  confidence: number;
}

/**
 * A run that may be a number: it starts with `+`, `(` or a digit and holds digits and separators alone. One class with a fixed upper bound between two
 * digits: at most 40 steps back from any start.
 */
const candidate = /(?:\+|00|\(\s?\+?|\b)\d[\d\s()./\u00a0\u2010-\u2015-]{5,28}\d/g;

const phoneWord =
  /(?<!\p{L})(?:tele?|telefone?|telefono|teléfono|telephone|téléphone|tél|telf|tlf|telem[oó]vel|rufnummer|phone|fon|fono|fone|mobil|mobile|m[oó]vil|celular|cellulare|cell|port|portable|gsm|kom|call|anruf|handy|hotline|ruf|whatsapp|t|m|p|f|fax|тел|τηλ|電話|电话|전화|☎|📞|✆|☏)\W{0,12}(?:\(\w{0,12}\)\W{0,4})?$/iu;
const faxWord = /(?<!\p{L})(?:fax|telefax|faks|f|ファックス|传真|факс|φαξ)\W{0,12}(?:\(\w{0,12}\)\W{0,4})?$/iu;
/** `Tel./Fax`: one number for both. */
const bothWords =
  /(?:tele?|telefone?|telefono|teléfono|phone|fon|t)[.:]{0,2}(?:\s{0,2}[/&+]\s{0,2}|\s(?:und|and|et|y|e)\s)(?:tele)?fax\W{0,12}$/iu;
const idWord =
  /(?<!\p{L})(?:iban|bic|ust|vat|mwst|steuer|steuernummer|steuer-?id|isbn(?:-1[03])?|issn|ean|gtin|hrb|hra|nr|no|id|ref|art|order|sku|doi|version|v|konto|kto|blz|siret|siren|cif|nif|cnpj|cpf|rfc|abn|ein|fn|uid|dvr|zvr|\$|€|£|usd|eur|©|copyright)\W{0,6}$/iu;

/** The first groups of an IBAN, of which the rest are digits. */
const accountNumber = /\b[A-Z]{2}\d{2}\s?(?:[A-Z0-9]{4}\s?){0,6}$/;

/** Phone numbers in a text (P12): possible ones, in a form that people give to phone numbers; dates, prices, ids and coordinates are left out. */
export function findPhones(text: string, { country }: { country: string | null }): PhoneMatch[] {
  const matches: PhoneMatch[] = [];
  let candidates = 0;
  for (const found of text.matchAll(candidate)) {
    candidates += 1;
    if (candidates > contactLimits.phoneCandidatesMax || matches.length >= contactLimits.phonesPerPageMax) break;
    const match = judge(text, found[0], found.index, country);
    if (match) matches.push(match);
  }
  return matches;
}

function judge(text: string, raw: string, index: number, country: string | null): PhoneMatch | null {
  const shown = raw.split(/\s{3,}|\n/, 1)[0]!.replace(/[\s./(-]+$/, '');
  const digits = shown.replace(/\D/g, '');
  if (digits.length < 7 || digits.length > 15) return null;
  // Placeholders count up through all ten digits.
  if (digits.includes('1234567890') || digits.includes('0123456789')) return null;
  if (/^97[89]/.test(digits) && digits.length === 13) return null;
  const end = index + shown.length;
  if (isInsideWord(text, index, end)) return null;
  const before = text.slice(Math.max(0, index - 40), index);
  const isNamed = phoneWord.test(before);
  if (!isNamed && (idWord.test(before) || accountNumber.test(before))) return null;
  const isInternational = /^\(?\s?(?:\+|00[1-9\s])/.test(shown);
  if (!isInternational && !/[\s()./\u00a0\u2010-\u2015-]/.test(shown)) return null;
  if (
    !isInternational &&
    (looksLikeDate(shown) || (!isNamed && looksLikeGroups(shown)) || looksLikeNumbers(shown, text, end))
  )
    return null;
  const number = toNumber(shown, country);
  if (!number?.isPossible()) return null;
  if (!isInternational && !isNamed && !number.isValid() && !isNanpShape(shown)) return null;
  if (!isInternational && !isNamed && !hasTrunk(shown, number)) return null;
  return {
    number,
    kind: faxWord.test(before) && !bothWords.test(before) ? 'fax' : 'phone',
    start: index,
    end,
    confidence: isNamed ? 0.9 : isInternational ? 0.85 : number.isValid() ? 0.7 : 0.6,
  };
}

/** A number from a `tel:` link, structured data or text. Null where it is none. */
export function toNumber(shown: string, country: string | null): PhoneNumber | null {
  const text = shown
    .replace(/^\(?\s?00(?=[1-9])/, '+')
    .replace(/^\(\s?\+/, '+')
    .replace(/(\+\d{1,3}[\s-]?)\(0\)/, '$1');
  const region = country && isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const number =
    parsePhoneNumberFromString(text, { ...(region ? { defaultCountry: region } : {}), extract: false }) ?? null;
  if (number?.isValid() || !isNanpShape(text.trim())) return number;
  // Nobody else writes ten digits as 305-376-2217, whatever the page's language suggests.
  return parsePhoneNumberFromString(text, { defaultCountry: 'US', extract: false }) ?? number;
}

/** National numbers are written with their trunk prefix or, in the North American plan, in its own shape. */
function hasTrunk(shown: string, number: PhoneNumber): boolean {
  if (number.countryCallingCode === '1') return isNanpShape(shown);
  return /^\(?\s?0/.test(shown) || !/^\(?0/.test(number.formatNational());
}

function isNanpShape(shown: string): boolean {
  return /^(?:1[\s.-]{0,2})?(?:\(\d{3}\)\s{0,2}|\d{3}[\s.\u2010-\u2015-])\d{3}[\s.\u2010-\u2015-]\d{4}$/.test(shown);
}

function isInsideWord(text: string, start: number, end: number): boolean {
  const left = text[start - 1] ?? ' ';
  const right = text[end] ?? ' ';
  if (/[\p{L}\d_@=#%&$€£]/u.test(left) || /[\d_@%€$£]/.test(right)) return true;
  if (/\p{L}/u.test(right) && !/^(?:ext|x|Fax|Tel|Mobil|E-?Mail|Mail)/i.test(text.slice(end, end + 5)))
    return /[a-z]/.test(right);
  // `3.141…`, `10/2,5`: a part of a longer number.
  return /[.,/:-]/.test(left) && /\d/.test(text[start - 2] ?? ' ');
}

function looksLikeDate(shown: string): boolean {
  return (
    // With a year of two digits only where nothing follows: 06.12.34.56.78 is a French number.
    /^(?:0?[1-9]|[12]\d|3[01])\s?[./-]\s?(?:0?[1-9]|1[0-2])\s?[./-]\s?(?:(?:19|20)\d{2}\b|\d{2}(?!\d|[./-]\d))/.test(
      shown,
    ) ||
    /^(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01])[/-](?:19|20)\d{2}/.test(shown) ||
    /^(?:19|20)\d{2}\s?[./-]\s?(?:0?[1-9]|1[0-2])\s?[./-]\s?(?:0?[1-9]|[12]\d|3[01])/.test(shown) ||
    /^(?:19|20)\d{2}\s?[-–/]\s?(?:19|20)\d{2}$/.test(shown)
  );
}

/** `1 234 567`: how thousands are set apart, unless a word says that it is a phone. */
function looksLikeGroups(shown: string): boolean {
  return /^\d{1,3}(?:[.\s]\d{3}){2,}$/.test(shown) && !shown.startsWith('0');
}

/** Prices, counts, IP addresses, coordinates, ranges: digits in groups that phone numbers don't have. */
function looksLikeNumbers(shown: string, text: string, end: number): boolean {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(shown)) return true;
  if (/^\d+\.\d+$/.test(shown) && !shown.startsWith('0')) return true;
  if (/^-?\d{1,3}\.\d{4,}/.test(shown)) return true;
  if (/^\d{1,3}(?:\.\d{3})+\s?\(/.test(shown)) return true;
  if (/^\d{1,2}[.:]\d{2}\s?[-–]\s?\d{1,2}[.:]\d{2}/.test(shown)) return true;
  if (/^(?:\d{1,2}\s){4,}/.test(shown) && !shown.startsWith('0')) return true;
  return /^\s?(?:€|eur|euro|usd|\$|%|km|kg|kwh|mm|cm|uhr)/i.test(text.slice(end, end + 6));
}
