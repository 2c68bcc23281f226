import { randomBytes } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** Gives the account a new secret and answers it, this once: `whsec_` and 24 random bytes in base64, as Standard Webhooks spells it. */
export async function rotateWebhookSecret(
  store: Store,
  { accountId, now }: { accountId: number; now: Date },
): Promise<string> {
  const [row] = await store.query<{ secret: string }>(rotateStatement, [accountId, newSecret(), now]);
  return row!.secret;
}

/** The account's secret; it gets one where it has none yet. */
export async function webhookSecret(
  store: Store,
  { accountId, now }: { accountId: number; now: Date },
): Promise<string> {
  const [row] = await store.query<{ secret: string }>(readStatement, [accountId, newSecret(), now]);
  return row!.secret;
}

function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

const insertText = `insert into webhook_secrets as s (account_id, secret, created_at) values ($1::bigint, $2::text, $3::timestamptz)`;
const rotateStatement = {
  name: 'webhook-secret-rotate',
  text: `${insertText} on conflict (account_id) do update set secret = excluded.secret, created_at = excluded.created_at returning secret`,
};
const readStatement = {
  name: 'webhook-secret',
  text: `${insertText} on conflict (account_id) do update set secret = s.secret returning secret`,
};
