import { arrayForm, type badEncoding, type Credentials, LeadGenError } from '@leadgen/engine';
import type { queryParameters } from './query-parameters.ts';

/** E1 to E3: the key, then the user, each missing before invalid. */
export function readCredentials(parameters: ReturnType<typeof queryParameters>): Credentials {
  const apiKey = parameters.get('api_key');
  if (apiKey === undefined || apiKey === arrayForm) throw new LeadGenError('missing_api_key');
  if (typeof apiKey === 'string' && apiKey.trim() === '') throw new LeadGenError('missing_api_key');
  const userId = readUserId(parameters.get('user_id'));
  if (typeof apiKey !== 'string' || apiKey.length > apiKeyCharactersMax) throw new LeadGenError('invalid_api_key');
  return { apiKey: apiKey.trim(), userId };
}

/** E3: decimal digits, 1 to 2^53 − 1. */
export function readUserId(value: string | typeof arrayForm | typeof badEncoding | undefined): number {
  if (value === undefined || (typeof value === 'string' && value.trim() === ''))
    throw new LeadGenError('missing_user_id');
  if (typeof value !== 'string' || !/^\d{1,400}$/.test(value.trim())) throw new LeadGenError('invalid_user_id');
  const userId = Number(value.trim());
  if (userId < 1 || userId > Number.MAX_SAFE_INTEGER) throw new LeadGenError('invalid_user_id');
  return userId;
}

const apiKeyCharactersMax = 2048;
