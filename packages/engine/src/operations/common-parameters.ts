import type { TextParameter } from '../parameters.ts';

/** Not on REST v1, which never names a country or a language. */
export const countryParameter = {
  kind: 'text',
  rest: null,
  twoLetters: 'country',
  description: 'Country of the search, ISO 3166-1 alpha-2. Part of the cache key.',
  example: 'us',
} as const satisfies TextParameter;

export const languageParameter = {
  kind: 'text',
  rest: null,
  twoLetters: 'language',
  description: 'Language of the search, ISO 639-1. Part of the cache key.',
  example: 'en',
} as const satisfies TextParameter;
