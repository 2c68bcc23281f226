import { isConnectionFault, LeadGenError } from '@leadgen/engine';
import { ConfigError } from '../config.ts';
import { redactSecrets } from '../observe/redact-secrets.ts';
import { printableText } from '../printable-text.ts';

/** What a person and a program are told of an error: a code and one line. */
export function errorParts(error: unknown): { code: string; message: string } {
  if (error instanceof LeadGenError) return { code: error.code, message: line(error) };
  if (error instanceof ConfigError) return { code: 'invalid_setting', message: line(error) };
  if (error instanceof Error && isConnectionFault(error))
    return { code: 'db_error', message: `The database does not answer: ${line(error)}` };
  return { code: 'internal_error', message: error instanceof Error ? line(error) : 'unknown' };
}

function line(error: Error): string {
  // A connection that was tried on several addresses says what went wrong in its parts alone.
  const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  return printableText(redactSecrets(error.message || inner?.message || error.name));
}
