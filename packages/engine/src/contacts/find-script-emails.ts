import { type EmailMatch, findEmails } from './find-emails.ts';
import { contactLimits } from './limits.ts';

/** How scripts fold an address, each with the sign without which there is nothing to do. */
const scriptFolds: { sign: string; unfold: (text: string) => string }[] = [
  {
    sign: 'fromCharCode',
    unfold: (text) =>
      text.replace(
        /String\.fromCharCode\(([\d\s,]{1,2000})\)/g,
        (_all, codes: string) => `"${String.fromCharCode(...codes.split(',').map(Number))}"`,
      ),
  },
  {
    sign: 'atob(',
    unfold: (text) =>
      text.replace(
        /atob\(\s{0,4}["']([A-Za-z0-9+/]{8,400}={0,2})["']\s{0,4}\)/g,
        (_all, secret: string) => `"${Buffer.from(secret, 'base64').toString('latin1')}"`,
      ),
  },
  { sign: '\\x', unfold: (text) => text.replace(/\\x([0-9a-f]{2})/gi, fromHexadecimal) },
  { sign: '\\u00', unfold: (text) => text.replace(/\\u00([0-9a-f]{2})/gi, fromHexadecimal) },
  {
    sign: '&#',
    unfold: (text) => text.replace(/&#(\d{2,3});/g, (_all, code: string) => String.fromCharCode(Number(code))),
  },
  {
    sign: '%40',
    unfold: (text) => text.replace(/(?:%[0-9a-f]{2}){6,600}/gi, percentRun).replaceAll('%40', '@'),
  },
  { sign: '@', unfold: joinAllNames },
  { sign: '+', unfold: (text) => text.replace(/["']\s{0,20}\+\s{0,20}["']/g, '') },
  { sign: '\\', unfold: (text) => text.replace(/\\(["'/])/g, '$1') },
];

function fromHexadecimal(_all: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

/** Puts the addresses behind the script, whose variables stay as they are. */
function joinAllNames(text: string): string {
  let addresses = '';
  let joins = 0;
  for (const sign of ['"@"', "'@'"]) {
    for (
      let at = text.indexOf(sign);
      at >= 0 && joins < contactLimits.joinedNamesMax;
      at = text.indexOf(sign, at + 3)
    ) {
      joins += 1;
      const found = joinedNames.exec(text.slice(Math.max(0, at - 50), at + 60));
      if (found) addresses += joinNames(text, found[1]!, found[2]!) ?? '';
    }
  }
  return text + addresses;
}

/** Without one of these a script holds no address, however it is folded. */
const addressSigns = ['@', 'fromCharCode', '\\x40', '\\u0040', '%40', '&#', 'atob('];
/** `user + "@" + domain`, by the names of two variables. */
const joinedNames = /(?<![\w$."'])([a-z_$][\w$]{0,40})\s{0,4}\+\s{0,4}["']@["']\s{0,4}\+\s{0,4}([a-z_$][\w$]{0,40})/i;

function joinNames(script: string, user: string, domain: string): string | null {
  const [name, host] = [user, domain].map((variable) => {
    const pattern = `(?<![\\w$.])${variable.replaceAll('$', '\\$')}\\s{0,4}[=:]\\s{0,4}["']([^"'\\n]{1,100})["']`;
    return new RegExp(pattern).exec(script)?.[1];
  });
  return name && host ? ` "${name}@${host}" ` : null;
}

function percentRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}

/** Addresses that a script puts together: concatenated strings, `\x40`, `%40`, `String.fromCharCode(…)`. */
export function findScriptEmails(script: string): EmailMatch[] {
  const text = script.slice(0, contactLimits.scriptCharactersMax);
  if (!addressSigns.some((sign) => text.includes(sign))) return [];
  let joined = text;
  for (const { sign, unfold } of scriptFolds) if (joined.includes(sign)) joined = unfold(joined);
  return findEmails(joined);
}
