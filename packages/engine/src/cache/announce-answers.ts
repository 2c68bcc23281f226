/** Told when kept answers change or go, so that no process answers from a copy in memory; the payload is keys, by spaces. */
export const answersChannel = 'answers';

/** SQL that tells of the keys in `expression`, once its transaction commits. */
export function announceAnswers(expression: string): string {
  return `pg_notify(current_schema() || '_${answersChannel}', ${expression})`;
}
