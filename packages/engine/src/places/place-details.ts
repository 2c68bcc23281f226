import { LeadGenError } from '../errors.ts';
import type { PlaceDetails } from '../ports/places-provider.ts';
import type { Work } from '../work.ts';
import { placesLimits } from './limits.ts';

export interface DetailsRequest {
  placeIds: string[];
  country: string;
  language: string;
}

/** One place of a page: its details, kept or fetched, or why they are missing. */
export type PlaceLookup =
  | { placeId: string; details: PlaceDetails; cached: boolean }
  | { placeId: string; details: null; reason: 'failed' | 'max_credits' | 'not_cached'; error: LeadGenError | null };

export const detailsSpace = 'place';

function detailsParts(placeId: string, { country, language }: DetailsRequest): string[] {
  return [placeId, country, language];
}

/** The kept details of each place, in one statement; null where there are none. */
export async function readKeptDetails(work: Work, request: DetailsRequest): Promise<(PlaceDetails | null)[]> {
  const ownSeconds = work.settings.placesCacheDays * 86_400;
  const seconds = work.maxAgeSeconds === null ? ownSeconds : Math.min(ownSeconds, work.maxAgeSeconds);
  const rows = await work.rows.readMany(
    detailsSpace,
    request.placeIds.map((placeId) => detailsParts(placeId, request)),
    seconds,
  );
  return rows.map((row) => (row ? (JSON.parse(row.body) as PlaceDetails) : null));
}

/** Fetches the details of one place; equal fetches under way are joined, and only the one that led is paid for (C22). */
async function fetchDetails(work: Work, placeId: string, request: DetailsRequest): Promise<PlaceLookup> {
  const ownSeconds = work.settings.placesCacheDays * 86_400;
  try {
    const { body, led } = await work.rows.lead(
      detailsSpace,
      detailsParts(placeId, request),
      work.maxAgeSeconds === null ? ownSeconds : Math.min(ownSeconds, work.maxAgeSeconds),
      async () => {
        const places = work.places;
        if (!places) throw new LeadGenError('api_error', 'No places provider is configured: set GOOGLE_PLACES_KEY.');
        return JSON.stringify(
          await places.placeDetails({ placeId, country: request.country, language: request.language }, work.signal),
        );
      },
    );
    return { placeId, details: JSON.parse(body) as PlaceDetails, cached: !led };
  } catch (error) {
    if (!(error instanceof LeadGenError) || error.code !== 'api_error') throw error;
    return { placeId, details: null, reason: 'failed', error };
  }
}

/** Fetches many, twenty at once, in the order given. */
export async function fetchManyDetails(
  work: Work,
  placeIds: string[],
  request: DetailsRequest,
): Promise<Map<string, PlaceLookup>> {
  const found = new Map<string, PlaceLookup>();
  const queue = [...placeIds];
  const lanes = Array.from({ length: Math.min(placesLimits.detailsAtOnceMax, queue.length) }, async () => {
    for (let placeId = queue.shift(); placeId !== undefined; placeId = queue.shift()) {
      found.set(placeId, await fetchDetails(work, placeId, request));
    }
  });
  const ends = await Promise.allSettled(lanes);
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
  return found;
}
