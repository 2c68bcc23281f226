import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, IPollFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { type GatewayFault, type HttpAnswer, type NetworkError, networkFault } from './gateway-fault';
import { gatewayLimits } from './limits';

/** How a call is made, whatever it asks. */
export interface CallOptions {
  /** Equal for all tries of one paid call, so that it is paid once. Null: the call is free. */
  idempotencyKey: string | null;
  retries: number;
  timeoutMilliseconds: number;
}

export interface GatewayCall extends CallOptions {
  method: 'GET' | 'POST';
  path: string;
  body?: IDataObject;
  /** The body of the answer is a stream of bytes. */
  isStream?: boolean;
}

/** `answer` is null where none came; then there is a fault. */
export interface CallResult {
  answer: HttpAnswer | null;
  faults: GatewayFault[];
}

/**
 * One HTTP call of the gateway; never throws for a fault. `readFaults` says what is wrong with an answer.
 * A call that failed as a whole for a passing reason is tried again after the time that the gateway names, else with a doubling wait.
 */
export async function callGateway(
  context: IExecuteFunctions | IPollFunctions,
  call: GatewayCall,
  readFaults: (answer: HttpAnswer) => GatewayFault[] | Promise<GatewayFault[]>,
): Promise<CallResult> {
  const { baseUrl } = await context.getCredentials<{ baseUrl: string }>('leadGenApi');
  const signal = cancelSignal(context);
  const request: IHttpRequestOptions = {
    method: call.method,
    url: `${String(baseUrl).trim().replace(/\/+$/, '')}${call.path}`,
    headers: {
      accept: call.isStream ? '*/*' : 'application/json',
      ...(call.idempotencyKey === null ? {} : { 'idempotency-key': call.idempotencyKey }),
    },
    ...(call.body ? { body: call.body } : {}),
    ...(call.isStream ? { encoding: 'stream' } : { json: true }),
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    timeout: call.timeoutMilliseconds,
    ...(signal ? { abortSignal: signal } : {}),
  };
  for (let tries = 0; ; tries += 1) {
    const result = await send(context, request, readFaults);
    const whole = result.faults.find(({ path }) => path.length <= 1);
    if (!whole?.isRetryable || tries >= call.retries || signal?.aborted) return result;
    await waitFor(waitMilliseconds(whole, tries), signal);
  }
}

async function send(
  context: IExecuteFunctions | IPollFunctions,
  request: IHttpRequestOptions,
  readFaults: Parameters<typeof callGateway>[2],
): Promise<CallResult> {
  let answer: HttpAnswer;
  try {
    answer = (await context.helpers.httpRequestWithAuthentication.call(context, 'leadGenApi', request)) as HttpAnswer;
  } catch (error) {
    return { answer: null, faults: [networkFault(error as NetworkError, request.timeout ?? 0)] };
  }
  return { answer, faults: await readFaults(answer) };
}

/** Fires when the execution is cancelled; a poll has none. */
export function cancelSignal(context: IExecuteFunctions | IPollFunctions): AbortSignal | undefined {
  return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

/** How long to wait before a further try. */
export function waitMilliseconds({ retryAfterSeconds }: GatewayFault, tries: number): number {
  if (retryAfterSeconds === null) return gatewayLimits.backoffMillisecondsMin * 2 ** tries;
  return Math.min(retryAfterSeconds, gatewayLimits.retryAfterSecondsMax) * 1000;
}

/** Waits in short pieces, so that a cancelled execution ends at once. */
export async function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  for (let left = milliseconds; left > 0 && !signal?.aborted; left -= 250) await sleep(Math.min(left, 250));
}
