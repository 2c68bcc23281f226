/** Told whenever a key stops working, so that every process forgets what it knows; the payload is the user id. */
export const accountsChannel = 'accounts';

/** To be part of the statement that makes the change: the notice goes out with its commit, or not at all. */
export const announceAccount = `pg_notify(current_schema() || '_${accountsChannel}', `;
