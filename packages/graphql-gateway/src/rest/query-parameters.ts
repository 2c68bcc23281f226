import { arrayForm, badEncoding } from '@leadgen/engine';

/**
 * The query string as PHP clients send it: last value wins (E7), `+` and `%20` are spaces (P13), `name[]` is an array form (E6),
 * a value that is not percent-encoded UTF-8 is marked (E19).
 */
export function queryParameters(queryString: string): Map<string, string | typeof arrayForm | typeof badEncoding> {
  const parameters = new Map<string, string | typeof arrayForm | typeof badEncoding>();
  if (queryString === '') return parameters;
  for (const pair of queryString.split('&', pairsMax)) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (typeof name !== 'string') continue;
    const bracket = name.indexOf('[');
    if (bracket > 0) {
      parameters.set(name.slice(0, bracket), arrayForm);
      continue;
    }
    parameters.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return parameters;
}

/** Node ends a request line at 16 kB; this only bounds the work on `&&&&…`. */
const pairsMax = 1000;

function decode(text: string): string | typeof badEncoding {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return badEncoding;
  }
}
