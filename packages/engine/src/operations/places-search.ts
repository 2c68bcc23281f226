import { z } from 'zod';
import { normalText } from '../cache/normal-text.ts';
import { LeadGenError } from '../errors.ts';
import { type Charge, defineOperation, type Outcome } from '../operation.ts';
import { isAbsent } from '../parameters.ts';
import { placesLimits } from '../places/limits.ts';
import {
  fetchList,
  isYoung,
  keepSnapshot,
  type ListAddress,
  type ListSnapshot,
  readSnapshot,
  readToken,
} from '../places/list-snapshot.ts';
import { openNow } from '../places/opening-hours.ts';
import { fetchManyDetails, type PlaceLookup, readKeptDetails } from '../places/place-details.ts';
import type { PlaceDetails } from '../ports/places-provider.ts';
import type { Work } from '../work.ts';
import { countryParameter, languageParameter } from './common-parameters.ts';

const place = z
  .object({
    url: z.string().meta({ description: 'The place on Google Maps.' }),
    name: z.string().meta({ description: 'Business name.' }),
    address: z.string().meta({ description: 'Formatted address.' }),
    phone: z.string().meta({ description: 'Phone number in national form.' }),
    website: z.string().meta({ description: "The business's web site." }),
    rating: z.number().nullable().meta({ description: 'Average rating, 1.0 to 5.0.' }),
    rating_total: z.int().meta({ description: 'Number of ratings.' }),
    types: z.array(z.string()).meta({ description: 'Google place types.' }),
    weekday_text: z.array(z.string()).meta({ description: 'Opening hours, a line for each day of the week.' }),
    icon: z.string().meta({ description: 'Icon of the kind of place.' }),
    open_now: z.boolean().nullable().meta({ description: 'Whether it is open at this moment, where hours are known.' }),
    place_id: z.string().meta({ description: 'Google Place ID.' }),
    business_status: z.string().meta({ description: 'OPERATIONAL, CLOSED_TEMPORARILY or CLOSED_PERMANENTLY.' }),
    cached: z
      .boolean()
      .meta({ description: 'Whether the details came from the cache (0 credits) or fresh (10 credits).' }),
  })
  .meta({ id: 'Place', description: 'A business on Google Maps.' });

const data = z
  .object({
    keyword: z.string().meta({ description: 'The search query; for a page token, the one it belongs to.' }),
    results_count: z.int().meta({ description: 'Number of places in this answer.' }),
    next_page_token: z.string().nullable().meta({ description: 'Token of the next page; null on the last one.' }),
    partial: z
      .boolean()
      .meta({ rest: false, description: 'Whether places were left out, for a ceiling or for a failure.' }),
    skipped: z
      .array(
        z
          .object({
            place_id: z.string().meta({ description: 'Google Place ID.' }),
            reason: z.string().meta({ description: '`max_credits`, `failed` or `not_cached`.' }),
          })
          .meta({ id: 'SkippedPlace', description: 'A place that was left out.' }),
      )
      .meta({ rest: false, description: 'The places that were left out and why; they cost nothing.' }),
    attributions: z
      .array(z.string())
      .meta({ rest: false, description: 'Notices that Google wants shown with the places.' }),
    results: z.array(place).meta({ description: 'The places, in the order of Google.' }),
  })
  .meta({ id: 'PlacesSearch', description: 'Businesses on Google Maps for a keyword.' });

type Data = z.infer<typeof data>;

/** Places of a keyword, page by page. Rules: C14, C16, C19, C21, B21 to B26, B30, H14 of the decisions. */
export const placesSearch = defineOperation({
  name: 'placesSearch',
  key: 'places',
  path: '/places/search.php',
  summary: 'Search Google Places for businesses, up to 20 a page, with phone, web site, rating and hours.',
  pricing: '10 credits per place whose details are fetched, 0 per cached place (30 days). Up to 20 places a page.',
  parameters: {
    keyword: {
      kind: 'text',
      rest: 'keyword',
      required: true,
      description: 'What to search for. Required unless `pagetoken` is given.',
      example: 'restaurants new york',
    },
    pageToken: { kind: 'text', rest: 'pagetoken', description: "A previous answer's next_page_token." },
    country: countryParameter,
    language: languageParameter,
  },
  isRequired: (name, raw) => name !== 'keyword' || isAbsent(raw.pageToken),
  data,
  upstreamError: 'api_error',
  priceMax: 200,
  priceMin: () => 0,
  freshness: null,
  holdsItself: true,
  async run(work, input): Promise<Outcome<Data>> {
    const known = input.pageToken === null ? null : await readToken(work, input.pageToken);
    const keyword = known?.keyword ?? input.keyword ?? '';
    const address: ListAddress = {
      keyword: normalText(keyword),
      pageToken: input.pageToken,
      country: input.country,
      language: input.language,
    };
    const echo = input.pageToken === null ? (input.keyword ?? '') : keyword;

    if (work.cacheOnly || (await work.available()) === 0) return answerFromSnapshot(work, address, echo);
    if (!work.places) throw new LeadGenError('api_error', 'No places provider is configured: set GOOGLE_PLACES_KEY.');

    const list = await fetchList(work, address, known);
    if (list === null) {
      if (!isYoung(known, work.clock.now())) throw new LeadGenError('api_error', 'Google refused the page token.');
      return earlyToken(work.places.name, echo, input.pageToken);
    }
    const pageNumber = known?.pageNumber ?? 1;
    const snapshot: ListSnapshot = {
      keyword: address.keyword,
      placeIds: [...new Set(list.placeIds)],
      nextPageToken: pageNumber >= placesLimits.pagesMax ? null : list.nextPageToken,
      attributions: list.attributions,
      pageNumber,
    };
    await keepSnapshot(work, address, snapshot);
    return answerFromList(work, { snapshot, echo, country: input.country, language: input.language });
  },
});

/** Where nothing may be spent: the kept list and its kept places (C19). */
async function answerFromSnapshot(work: Work, address: ListAddress, echo: string): Promise<Outcome<Data>> {
  const refusal = () => (work.cacheOnly ? new LeadGenError('not_cached') : new LeadGenError('insufficient_credits'));
  const snapshot = await readSnapshot(work, address);
  if (!snapshot) throw refusal();
  const request = { placeIds: snapshot.placeIds, country: address.country, language: address.language };
  const kept = await readKeptDetails(work, request);
  const lookups = snapshot.placeIds.map((placeId, index): PlaceLookup => {
    const details = kept[index] ?? null;
    return details ? { placeId, details, cached: true } : { placeId, details: null, reason: 'not_cached', error: null };
  });
  const missing = lookups.filter((lookup) => lookup.details === null).length;
  if (missing > 0 && (!work.cacheOnly || missing === lookups.length)) throw refusal();
  return outcomeOf(work, { snapshot, echo, lookups });
}

async function answerFromList(
  work: Work,
  page: { snapshot: ListSnapshot; echo: string; country: string; language: string },
): Promise<Outcome<Data>> {
  const { placeIds } = page.snapshot;
  const request = { placeIds, country: page.country, language: page.language };
  const kept = await readKeptDetails(work, request);
  const keptById = new Map(placeIds.map((placeId, index) => [placeId, kept[index] ?? null]));
  const missing = placeIds.filter((placeId) => keptById.get(placeId) === null);
  const affordable =
    work.maxCredits === null ? missing.length : Math.floor(work.maxCredits / placesLimits.creditsPerDetail);
  const wanted = missing.slice(0, affordable);
  if (wanted.length > 0) await work.reserve(wanted.length * placesLimits.creditsPerDetail);
  const fetched = await fetchManyDetails(work, wanted, request);

  const lookups = placeIds.map((placeId): PlaceLookup => {
    const details = keptById.get(placeId);
    if (details) return { placeId, details, cached: true };
    return fetched.get(placeId) ?? { placeId, details: null, reason: 'max_credits', error: null };
  });
  const failures = lookups.filter((lookup) => lookup.details === null && lookup.reason === 'failed');
  const firstFailure = failures[0];
  if (failures.length === lookups.length && firstFailure && firstFailure.details === null && firstFailure.error) {
    throw firstFailure.error;
  }
  return outcomeOf(work, { snapshot: page.snapshot, echo: page.echo, lookups });
}

function outcomeOf(work: Work, page: { snapshot: ListSnapshot; echo: string; lookups: PlaceLookup[] }): Outcome<Data> {
  const now = work.clock.now();
  const results: Data['results'] = [];
  const skipped: Data['skipped'] = [];
  const charges: Charge[] = [];
  for (const lookup of page.lookups) {
    if (lookup.details === null) {
      skipped.push({ place_id: lookup.placeId, reason: lookup.reason });
      continue;
    }
    results.push(placeRow(lookup.details, lookup.cached, now));
    if (!lookup.cached) {
      charges.push({
        rule: 'place whose details were fetched: 10 credits',
        item: lookup.placeId,
        credits: placesLimits.creditsPerDetail,
      });
    }
  }
  const attributions = [
    ...new Set([...page.snapshot.attributions, ...page.lookups.flatMap((l) => l.details?.attributions ?? [])]),
  ];
  const failed = skipped.filter((row) => row.reason === 'failed').length;
  return {
    data: {
      keyword: page.echo,
      results_count: results.length,
      next_page_token: page.snapshot.nextPageToken,
      partial: skipped.length > 0,
      skipped,
      attributions,
      results,
    },
    coverage: {
      provider: work.places?.name ?? 'cache',
      status: skipped.length > 0 ? 'PARTIAL' : results.length > 0 ? 'OK' : 'NO_RESULTS',
      pagesTried: 1,
      notes: failed > 0 ? [`${failed} of ${page.lookups.length} places could not be fetched; they are free`] : [],
    },
    charges,
    keep: false,
  };
}

function placeRow(details: PlaceDetails, cached: boolean, now: number): Data['results'][number] {
  return {
    url: details.url,
    name: details.name,
    address: details.address,
    phone: details.phone,
    website: details.website,
    rating: details.rating,
    rating_total: details.ratingTotal,
    types: details.types,
    weekday_text: details.weekdayText,
    icon: details.icon,
    open_now: cached ? openNow(details, now) : (details.openNow ?? openNow(details, now)),
    place_id: details.placeId,
    business_status: details.businessStatus,
    cached,
  };
}

/** B22: still early after the wait: an empty page that names the same token again, free. */
function earlyToken(provider: string, keyword: string, pageToken: string | null): Outcome<Data> {
  return {
    data: {
      keyword,
      results_count: 0,
      next_page_token: pageToken,
      partial: false,
      skipped: [],
      attributions: [],
      results: [],
    },
    coverage: {
      provider,
      status: 'PARTIAL',
      pagesTried: 1,
      notes: ['the page token is not valid yet: ask again in two seconds'],
    },
    charges: [],
    keep: false,
  };
}
