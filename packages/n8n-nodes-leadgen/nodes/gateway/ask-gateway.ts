import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, IPollFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { type GatewayFault, type HttpAnswer, type NetworkError, networkFault, readFaults } from './gateway-fault';
import { gatewayLimits } from './limits';

export interface GatewayQuestion {
  query: string;
  variables: IDataObject;
  /** Equal for all tries of one paid call, so that it is paid once. Null: the call is free. */
  idempotencyKey: string | null;
  retries: number;
  timeoutMilliseconds: number;
}

export interface GatewayAnswer {
  /** What was answered; parts that failed are null in it. */
  data: IDataObject | null;
  faults: GatewayFault[];
}

/**
 * Asks the gateway and gives back its answer with its faults; never throws for a fault.
 * A call that failed as a whole for a passing reason is tried again after the time that the gateway names, else with a doubling wait.
 */
export async function askGateway(
  context: IExecuteFunctions | IPollFunctions,
  question: GatewayQuestion,
): Promise<GatewayAnswer> {
  const { baseUrl } = await context.getCredentials<{ baseUrl: string }>('leadGenApi');
  const signal = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
  const request: IHttpRequestOptions = {
    method: 'POST',
    url: `${String(baseUrl).trim().replace(/\/+$/, '')}/graphql`,
    headers: {
      accept: 'application/json',
      ...(question.idempotencyKey === null ? {} : { 'idempotency-key': question.idempotencyKey }),
    },
    body: { query: question.query, variables: question.variables },
    json: true,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    timeout: question.timeoutMilliseconds,
    ...(signal ? { abortSignal: signal } : {}),
  };
  for (let tries = 0; ; tries += 1) {
    const answer = await send(context, request, question.timeoutMilliseconds);
    const whole = answer.faults.find(({ path }) => path.length <= 1);
    if (!whole?.isRetryable || tries >= question.retries || signal?.aborted) return answer;
    await waitFor(waitMilliseconds(whole, tries), signal);
  }
}

async function send(
  context: IExecuteFunctions | IPollFunctions,
  request: IHttpRequestOptions,
  timeoutMilliseconds: number,
): Promise<GatewayAnswer> {
  let answer: HttpAnswer;
  try {
    answer = (await context.helpers.httpRequestWithAuthentication.call(context, 'leadGenApi', request)) as HttpAnswer;
  } catch (error) {
    return { data: null, faults: [networkFault(error as NetworkError, timeoutMilliseconds)] };
  }
  const body = (answer.body ?? {}) as { data?: IDataObject };
  return { data: typeof body === 'object' ? (body.data ?? null) : null, faults: readFaults(answer) };
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
