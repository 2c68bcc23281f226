import type { IncomingMessage } from 'node:http';
import { type Account, type EngineContext, isKeyKnown, LeadGenError } from '@leadgen/engine';
import { hasBearer } from '../observe/operator-access.ts';
import { queryParameters } from '../rest/query-parameters.ts';
import { readUserId } from '../rest/read-credentials.ts';

export interface Caller {
  account: Account | null;
  isOperator: boolean;
}

const loginMillisecondsMax = 30_000;

/** The admin token, and no user beside it. */
export function isOperatorsRequest(request: IncomingMessage, adminToken: string | null): boolean {
  return request.headers['x-user-id'] === undefined && hasBearer(request, adminToken);
}

/**
 * Who calls: `Authorization: Bearer <api_key>` with `X-User-Id`, or `api_key` and `user_id` in the query string; the admin token without a user ID is the operator.
 * Throws the log-in errors of the table. It waits only where the key has to be looked up.
 */
export function readCaller(
  engine: EngineContext,
  request: IncomingMessage,
  adminToken: string | null,
): Caller | Promise<Caller> {
  const userHeader = single(request.headers['x-user-id']);
  if (isOperatorsRequest(request, adminToken)) return { account: null, isOperator: true };
  const bearer = bearerOf(request);
  // A query by GET is long; it is looked through only where something is missing.
  const parameters = bearer === undefined || userHeader === undefined ? parametersOf(request) : null;
  const apiKey = bearer ?? parameters?.get('api_key');
  const userId = userHeader ?? parameters?.get('user_id');
  if (request.headers.authorization !== undefined && bearer === undefined)
    throw new LeadGenError('missing_api_key', 'Send it as Authorization: Bearer <api_key>.');
  if (typeof apiKey !== 'string' || apiKey.trim() === '') throw new LeadGenError('missing_api_key');
  const credentials = { apiKey: apiKey.trim(), userId: readUserId(userId) };
  const known = engine.authenticator.knows(credentials);
  if (known) return { account: known, isOperator: false };
  return engine.authenticator
    .authenticate(credentials, AbortSignal.timeout(loginMillisecondsMax))
    .then((account) => ({ account, isOperator: false }));
}

function parametersOf({ url = '' }: IncomingMessage): ReturnType<typeof queryParameters> {
  const question = url.indexOf('?');
  return queryParameters(question < 0 ? '' : url.slice(question + 1));
}

/** `X-Max-Credits`: null where it is not sent; throws `invalid_param` for what is no number of credits. */
export function readCeiling(request: IncomingMessage): number | null {
  const text = single(request.headers['x-max-credits']);
  if (text === undefined) return null;
  if (!/^\d{1,9}$/.test(text.trim()))
    throw new LeadGenError('invalid_param', 'Header: X-Max-Credits: a number of credits is expected.');
  return Number(text);
}

/** Which half of a refused log-in is wrong, for who sends a working key of another account (a mistyped user ID). Undefined: not known. */
export async function wrongHalf(
  { store }: Pick<EngineContext, 'store'>,
  request: IncomingMessage,
): Promise<'user_id' | 'api_key' | undefined> {
  const bearer = bearerOf(request);
  if (bearer === undefined) return undefined;
  try {
    return (await isKeyKnown(store, bearer)) ? 'user_id' : 'api_key';
  } catch {
    // The refusal stands without this hint.
    return undefined;
  }
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer\s{1,8}(\S{1,2048})\s{0,8}$/i.exec(request.headers.authorization ?? '')?.[1];
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
