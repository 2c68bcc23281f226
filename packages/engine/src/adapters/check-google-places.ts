import { LeadGenError } from '../errors.ts';
import type { PlacesProvider } from '../ports/places-provider.ts';
import type { UpstreamCheck } from '../ports/upstream-check.ts';

/** A list of place ids, the one call that Google does not charge on the new API. */
export function createGooglePlacesCheck({ provider }: { provider: PlacesProvider }): UpstreamCheck {
  return {
    name: 'Google Places',
    async run(signal) {
      try {
        const list = await provider.listPlaces(
          { keyword: 'restaurants new york', pageToken: null, country: 'us', language: 'en' },
          signal,
        );
        const count = list.status === 'ok' ? list.placeIds.length : 0;
        return { isFine: true, detail: `The key works; a search gave ${count} places.`, advice: null };
      } catch (error) {
        const detail = error instanceof LeadGenError ? (error.detail ?? error.message) : 'It does not answer in time.';
        return {
          isFine: false,
          detail,
          advice:
            'Check GOOGLE_PLACES_KEY: the API of GOOGLE_PLACES_API must be enabled for it, with billing, and allowed from this machine.',
        };
      }
    },
  };
}
