import type { IDataObject } from 'n8n-workflow';
import { errorStatus } from '../LeadGen/generated/operations';

/** Why the gateway gave no answer, or none for a part of the question. */
export interface GatewayFault {
  /** The gateway's own sentence. */
  message: string;
  description: string;
  code: string;
  httpCode: number;
  /** How long to wait before another try; null: the gateway did not say. */
  retryAfterSeconds: number | null;
  isRetryable: boolean;
  /** Where in the answer it belongs, as GraphQL writes it; empty: the whole. */
  path: (string | number)[];
}

/** What may pass by itself. */
export const retryableStatuses: readonly number[] = [429, 502, 503, 504];

export interface HttpAnswer {
  statusCode: number;
  headers: IDataObject;
  body: unknown;
}

/** The faults of an answer; an empty list: it is complete. */
export function readFaults(answer: HttpAnswer): GatewayFault[] {
  const body = answer.body as { data?: unknown; errors?: unknown } | null;
  const errors = typeof body === 'object' && body !== null && Array.isArray(body.errors) ? body.errors : null;
  if (errors && errors.length > 0) return errors.map((error) => readError(error as IDataObject, answer));
  const isAnswer = typeof body === 'object' && body !== null && typeof body.data === 'object' && body.data !== null;
  if (isAnswer && answer.statusCode < 400) return [];
  return [foreignFault(answer)];
}

function readError(error: IDataObject, answer: HttpAnswer): GatewayFault {
  const extensions = (error.extensions ?? {}) as IDataObject;
  const code = typeof extensions.code === 'string' ? extensions.code : 'bad_request';
  const httpCode = errorStatus[code] ?? Math.max(answer.statusCode, 400);
  const retryAfterSeconds = readSeconds(extensions.retryAfterSeconds) ?? readSeconds(answer.headers['retry-after']);
  return {
    message: typeof error.message === 'string' ? error.message : 'The gateway refused the call.',
    description: `LeadGen error code: ${code} (HTTP ${httpCode})`,
    code,
    httpCode,
    retryAfterSeconds,
    isRetryable: retryAfterSeconds !== null || retryableStatuses.includes(httpCode),
    path: Array.isArray(error.path) ? (error.path as (string | number)[]) : [],
  };
}

/** The faults of an answer by REST that has to be a batch, or its id alone. */
export function readBatchFaults(answer: HttpAnswer): GatewayFault[] {
  const { id } = (answer.body ?? {}) as { id?: unknown };
  return answer.statusCode < 400 && typeof id === 'string' ? [] : [foreignFault(answer)];
}

/** An answer that is not the gateway's GraphQL: of a proxy, a REST error, or of another site altogether. */
function foreignFault({ statusCode, headers, body }: HttpAnswer): GatewayFault {
  const rest = (body ?? {}) as { code?: unknown; message?: unknown };
  const isRest = typeof rest.code === 'string' && typeof rest.message === 'string';
  const contentType = typeof headers['content-type'] === 'string' ? headers['content-type'].split(';')[0] : 'no type';
  return {
    message: isRest
      ? (rest.message as string)
      : `The base URL does not answer like a LeadGen gateway: HTTP ${statusCode}, ${contentType}.`,
    description: isRest
      ? `LeadGen error code: ${rest.code} (HTTP ${statusCode})`
      : 'Check the Base URL of the credential. A proxy in front of the gateway may also have answered.',
    code: isRest ? (rest.code as string) : 'not_a_gateway',
    httpCode: statusCode < 400 ? 502 : statusCode,
    retryAfterSeconds: readSeconds(headers['retry-after']),
    isRetryable: retryableStatuses.includes(statusCode),
    path: [],
  };
}

export interface NetworkError {
  message?: string;
  description?: string | null;
  code?: string;
  cause?: { code?: string; message?: string };
}

/** A call that never got an answer. Trying again is safe: the Idempotency-Key keeps it from being paid twice. */
export function networkFault(error: NetworkError, timeoutMilliseconds: number): GatewayFault {
  // n8n wraps what the HTTP client said, and replaces its message.
  const text = [error.code, error.message, error.description, error.cause?.code, error.cause?.message]
    .filter((each) => typeof each === 'string')
    .join(' ');
  const isTimeout = /timeout|timed out|ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT/i.test(text);
  return {
    message: isTimeout
      ? `The gateway did not answer within ${Math.round(timeoutMilliseconds / 1000)} seconds.`
      : 'The gateway cannot be reached.',
    description: isTimeout
      ? 'Raise the option Timeout, or send fewer inputs at once.'
      : `Check the Base URL of the credential and that the gateway is running. ${text.trim()}`,
    code: isTimeout ? 'timeout' : 'unreachable',
    httpCode: isTimeout ? 504 : 503,
    retryAfterSeconds: null,
    isRetryable: true,
    path: [],
  };
}

/** Seconds, or an HTTP date; null where it is neither. */
function readSeconds(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value);
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? null : Math.max(0, Math.ceil((moment - Date.now()) / 1000));
}
