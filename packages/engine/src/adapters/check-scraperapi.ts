import { z } from 'zod';
import type { UpstreamCheck } from '../ports/upstream-check.ts';
import { askProvider, faultOf } from './ask-provider.ts';
import { adapterLimits } from './limits.ts';

const accountSchema = z.object({ requestCount: z.number(), requestLimit: z.number() });

/** Asks ScraperAPI how much of the plan is used (`/account`), which it does not charge. */
export function createScraperApiCheck({ apiKey, baseUrl }: { apiKey: string; baseUrl: string }): UpstreamCheck {
  return {
    name: 'ScraperAPI',
    async run(signal) {
      try {
        const { status, body } = await askProvider(`${baseUrl}/account?${new URLSearchParams({ api_key: apiKey })}`, {
          millisecondsMax: adapterLimits.checkMillisecondsMax,
          bytesMax: adapterLimits.checkBytesMax,
          signal,
        });
        if (status === 401 || status === 403)
          return { isFine: false, detail: 'It refuses the key.', advice: 'Check SCRAPERAPI_KEY.' };
        const account = status === 200 ? accountSchema.safeParse(readJson(body)) : null;
        if (!account?.success) {
          return {
            isFine: false,
            detail: `It answered with status ${status} and not with an account.`,
            advice: 'Check SCRAPERAPI_URL; whether pages come, `leadgen doctor serp` tells.',
          };
        }
        const { requestCount, requestLimit } = account.data;
        const isUsedUp = requestCount >= requestLimit;
        return {
          isFine: !isUsedUp,
          detail: `${requestCount} of ${requestLimit} credits of the plan are used.`,
          advice: isUsedUp ? 'Wait for the next period, or take a larger plan.' : null,
        };
      } catch (error) {
        return {
          isFine: false,
          detail: `It does not answer: ${faultOf(error)}.`,
          advice: 'Check SCRAPERAPI_URL and the way out of this machine.',
        };
      }
    },
  };
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
