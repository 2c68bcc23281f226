import { LeadGenError } from '../errors.ts';
import type { LicenceVerifier } from '../ports/licence-verifier.ts';
import type { UpstreamCheck } from '../ports/upstream-check.ts';
import { askProvider, faultOf } from './ask-provider.ts';
import { adapterLimits } from './limits.ts';

/** A key that no licence has: the right answer is a refusal. */
const strangeKey = 'leadgen-doctor-asks-for-no-licence';

/** Asks aMember for a licence that is not there, and its REST API for one row: both must answer. */
export function createAmemberCheck({
  url,
  apiKey,
  verifier,
}: {
  url: string;
  apiKey: string;
  verifier: LicenceVerifier;
}): UpstreamCheck {
  return {
    name: 'aMember',
    async run(signal) {
      try {
        await verifier.verify({ apiKey: strangeKey, userId: 1 }, signal);
        const { status, headers } = await askProvider(`${url}/api/access?_count=1`, {
          headers: { 'x-api-key': apiKey },
          millisecondsMax: adapterLimits.checkMillisecondsMax,
          bytesMax: adapterLimits.checkBytesMax,
          signal,
        });
        if (status === 200 && /json/i.test(String(headers['content-type'] ?? '')))
          return { isFine: true, detail: 'Licences and its REST API answer.', advice: null };
        return {
          isFine: false,
          detail: `Its REST API answered with status ${status}.`,
          advice: 'Check AMEMBER_API_KEY and that the API module is on and may read access.',
        };
      } catch (error) {
        const detail = error instanceof LeadGenError ? (error.detail ?? error.message) : `aMember: ${faultOf(error)}.`;
        return { isFine: false, detail, advice: 'Check AMEMBER_URL and that the Softsale module is on.' };
      }
    },
  };
}
