import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { askProvider, faultOf, type ProviderAnswer } from './ask-provider.ts';
import { adapterLimits } from './limits.ts';

/** A Places answer as JSON: one attempt of at most 10 s, and a second one after a fault that may pass (E14). Throws `api_error`. */
export async function askPlaces(
  clock: Clock,
  request: {
    url: string;
    method?: 'GET' | 'POST';
    headers?: Record<string, string>;
    body?: string;
    /** Whether the answer tells of a fault that may pass. */
    isTransient: (answer: { status: number; json: unknown }) => boolean;
    signal: AbortSignal;
  },
): Promise<{ status: number; json: unknown }> {
  let last: { status: number; json: unknown } | null = null;
  let fault = 'no answer';
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (attempt > 0) {
      const { placesRetryWaitMillisecondsMin: least, placesRetryWaitMillisecondsMax: most } = adapterLimits;
      await clock.sleep(least + clock.random() * (most - least), request.signal);
    }
    try {
      const answer = await askProvider(request.url, {
        ...request,
        millisecondsMax: adapterLimits.placesMillisecondsMax,
        bytesMax: adapterLimits.placesBytesMax,
      });
      last = { status: answer.status, json: parse(answer) };
      if (!request.isTransient(last)) return last;
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof LeadGenError) throw error;
      fault = faultOf(error);
    }
  }
  if (last) return last;
  throw new LeadGenError('api_error', `Google Places: ${fault}.`);
}

function parse({ body, status }: ProviderAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    // A gateway before the API answers in HTML; the status tells enough.
    if (status !== 200) return null;
    throw new LeadGenError('api_error', 'Google Places: its answer is not JSON.', { cause: error });
  }
}
