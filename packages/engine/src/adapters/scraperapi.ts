import type { Dispatcher } from 'undici';
import { LeadGenError } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { SerpProvider } from '../ports/serp-provider.ts';
import { askProvider, faultOf, type ProviderAnswer } from './ask-provider.ts';
import { adapterLimits } from './limits.ts';
import type { AddressOf } from './serp-address.ts';

/**
 * ScraperAPI: `GET {url}/?api_key=…&url=<encoded address>` gives the engine's own page. It retries for 70 s by itself and charges for 200 and 404 only;
 * `sa-statuscode` is the engine's status, which must not be read as ours. Route 1 asks with premium addresses, route 2 as a phone.
 */
export function createScraperApi({
  apiKey,
  baseUrl,
  addressOf,
  log,
  agent,
}: {
  apiKey: string;
  baseUrl: string;
  addressOf: AddressOf;
  log: Log;
  agent?: Dispatcher;
}): SerpProvider {
  return {
    name: 'scraperapi',
    delivers: 'pages',
    routes: 3,
    async fetchResults(request, signal) {
      const address = addressOf({ ...request, route: request.route });
      const parameters = new URLSearchParams({
        api_key: apiKey,
        url: address.url,
        // Its list of countries says `uk`.
        country_code: request.country === 'gb' ? 'uk' : request.country,
      });
      if (request.route === 1) parameters.set('premium', 'true');
      if (request.route === 2) parameters.set('device_type', 'mobile');
      let answer: ProviderAnswer;
      try {
        answer = await askProvider(`${baseUrl}/?${parameters}`, {
          method: address.method,
          headers: address.method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
          ...(address.body === undefined ? {} : { body: address.body }),
          millisecondsMax: adapterLimits.serpMillisecondsMax,
          bytesMax: adapterLimits.serpBytesMax,
          signal,
          ...(agent ? { agent } : {}),
        });
      } catch (error) {
        signal.throwIfAborted();
        throw new LeadGenError('search_error', `ScraperAPI: ${faultOf(error)}.`, { cause: error, transient: true });
      }
      const { headers, body } = answer;
      const engineStatus = Number(headers['sa-statuscode']) || answer.status;
      log.debug(
        { provider: 'scraperapi', status: answer.status, engineStatus, cost: headers['sa-credit-cost'] },
        'result page',
      );
      refuse(answer, headers['sa-statuscode'] !== undefined);
      const contentType = String(headers['content-type'] ?? '');
      if (/json/i.test(contentType))
        throw new LeadGenError('search_error', 'ScraperAPI: it sent JSON where a page was asked for.', {
          transient: true,
        });
      return {
        kind: 'page',
        html: body,
        url: typeof headers['sa-final-url'] === 'string' ? headers['sa-final-url'] : address.url,
        status: engineStatus,
        contentType,
      };
    },
  };
}

/** @param isEngines whether the status is told to be the engine's own; a block by the engine is judged by the page. */
function refuse({ status }: ProviderAnswer, isEngines: boolean): void {
  if (status === 200) return;
  const fail = (why: string, transient: boolean) =>
    new LeadGenError('search_error', `ScraperAPI: ${why}.`, { transient });
  if (isEngines && status !== 500 && status !== 401) return;
  if (status === 401) throw fail('it refuses the key; check SCRAPERAPI_KEY', false);
  if (status === 403)
    throw fail('its credits are used up, or the plan does not cover the country or the kind of address', false);
  if (status === 429) throw fail('too many requests at once for its plan', true);
  if (status === 404 || status === 410) throw fail('it did not find the page', false);
  throw fail(`it answered with status ${status}`, status >= 500);
}
