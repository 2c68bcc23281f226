/**
 * Cuts keys and tokens out of any text: query strings, headers, JSON members, keys issued here, database passwords.
 * Every part of the expressions is bounded or a single negated class, so that they can't backtrack.
 */
export function redactSecrets(text: string): string {
  return text
    .replace(/([?&](?:api_?key|key|_key|token|pagetoken)=)[^&#\s"\\]+/gi, '$1[redacted]')
    .replace(/(\b(?:bearer|x-goog-api-key:?|x-api-key:?)\s{1,4})[^\s"\\,]+/gi, '$1[redacted]')
    .replace(
      /("(?:api_?key|authorization|x-api-key|x-goog-api-key|password|token)"\s{0,2}:\s{0,2}")[^"]*"/gi,
      '$1[redacted]"',
    )
    .replace(/(\bpostgres(?:ql)?:\/\/[^:@/\s]{0,100}:)[^@\s]+@/gi, '$1[redacted]@')
    .replace(/\b(lg_|whsec_)[A-Za-z0-9_-]{16,}/g, '$1[redacted]');
}
