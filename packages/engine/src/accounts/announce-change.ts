/** Told whenever a key stops working, so that every process forgets what it knows; the payload is the user id. */
export const accountsChannel = 'accounts';

/** SQL that tells of the account in `expression`, once its transaction commits. */
export function announceAccount(expression: string): string {
  return `pg_notify(current_schema() || '_${accountsChannel}', (${expression})::text)`;
}
