import { z } from 'zod';
import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpeningPeriod, PlaceDetails, PlaceReview, PlacesProvider } from '../ports/places-provider.ts';
import { askPlaces } from './ask-places.ts';

/** A field that is missing or of another kind than it should be is left out: it is no reason to lose a place. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const statusSchema = z.object({ status: z.string() });
const point = z.object({ day: z.number(), time: z.string() });

const listSchema = z.object({
  results: z.array(z.object({ place_id: z.string().min(1) })),
  next_page_token: maybe(z.string()),
  html_attributions: z.array(z.string()).catch([]),
});

const detailsSchema = z.object({
  html_attributions: z.array(z.string()).catch([]),
  result: z.object({
    url: maybe(z.string()),
    name: maybe(z.string()),
    formatted_address: maybe(z.string()),
    formatted_phone_number: maybe(z.string()),
    website: maybe(z.string()),
    rating: maybe(z.number()),
    user_ratings_total: maybe(z.number()),
    types: maybe(z.array(z.string())),
    opening_hours: maybe(
      z.object({
        open_now: maybe(z.boolean()),
        weekday_text: maybe(z.array(z.string())),
        periods: maybe(z.array(z.object({ open: maybe(point), close: maybe(point) }))),
      }),
    ),
    utc_offset: maybe(z.number()),
    icon: maybe(z.string()),
    business_status: maybe(z.string()),
    permanently_closed: maybe(z.boolean()),
  }),
});

const reviewsSchema = z.object({
  result: z.object({
    reviews: z
      .array(
        z.object({
          author_name: maybe(z.string()),
          author_url: maybe(z.string()),
          language: maybe(z.string()),
          rating: maybe(z.number()),
          text: maybe(z.string()),
          time: maybe(z.number()),
          relative_time_description: maybe(z.string()),
          profile_photo_url: maybe(z.string()),
        }),
      )
      .optional(),
  }),
});

const detailsFields =
  'place_id,url,name,formatted_address,formatted_phone_number,website,rating,user_ratings_total,type,opening_hours,utc_offset,icon,business_status';

/** The legacy Places web service: HTTP 200 nearly always, `status` says what it is worth. */
export function createGooglePlacesLegacy({
  apiKey,
  baseUrl,
  clock,
}: {
  apiKey: string;
  baseUrl: string;
  clock: Clock;
}): PlacesProvider {
  const ask = async (path: string, parameters: Record<string, string>, signal: AbortSignal) =>
    askPlaces(clock, {
      url: `${baseUrl}/maps/api/place/${path}/json?${new URLSearchParams({ ...parameters, key: apiKey })}`,
      isTransient: ({ status, json }) => status === 429 || status >= 500 || statusOf(json) === 'UNKNOWN_ERROR',
      signal,
    });

  return {
    name: 'google-places-legacy',
    async listPlaces({ keyword, pageToken, country, language }, signal) {
      const answer = await ask(
        'textsearch',
        { query: keyword, language, region: country, ...(pageToken === null ? {} : { pagetoken: pageToken }) },
        signal,
      );
      const status = statusOf(answer.json);
      if (status === 'INVALID_REQUEST' && pageToken !== null) return { status: 'invalid_token' };
      if (status === 'ZERO_RESULTS') return { status: 'ok', placeIds: [], nextPageToken: null, attributions: [] };
      const list = read(listSchema, answer);
      return {
        status: 'ok',
        placeIds: list.results.map(({ place_id }) => place_id),
        nextPageToken: list.next_page_token || null,
        attributions: list.html_attributions,
      };
    },
    async placeDetails({ placeId, country, language }, signal) {
      const answer = await ask(
        'details',
        { place_id: placeId, fields: detailsFields, language, region: country },
        signal,
      );
      return detailsOf(placeId, read(detailsSchema, answer));
    },
    async placeReviews({ placeId, language }, signal) {
      const answer = await ask('details', { place_id: placeId, fields: 'reviews', language }, signal);
      return (read(reviewsSchema, answer).result.reviews ?? []).slice(0, 5).map(reviewOf);
    },
  };
}

function statusOf(json: unknown): string {
  const parsed = statusSchema.safeParse(json);
  return parsed.success ? parsed.data.status : '';
}

function read<T>(schema: z.ZodType<T>, { status, json }: { status: number; json: unknown }): T {
  const word = statusOf(json);
  if (status !== 200 || word !== 'OK') {
    // Only Google's own word is shown: its message may repeat what it was sent.
    const shown = /^[A-Z][A-Z_]{1,60}$/.test(word) ? word : `status ${status} without a word of its own`;
    throw new LeadGenError('api_error', `Google Places: ${shown}.`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    throw new LeadGenError('api_error', 'Google Places: its answer has another shape than it should.', {
      cause: parsed.error,
    });
  return parsed.data;
}

function detailsOf(placeId: string, { result, html_attributions }: z.infer<typeof detailsSchema>): PlaceDetails {
  const hours = result.opening_hours;
  return {
    // Google may answer with a newer id of the same place; the caller's stays the key.
    placeId,
    url: result.url ?? '',
    name: result.name ?? '',
    address: result.formatted_address ?? '',
    phone: result.formatted_phone_number ?? '',
    website: result.website ?? '',
    rating: result.rating ?? null,
    ratingTotal: result.user_ratings_total ?? 0,
    types: result.types ?? [],
    weekdayText: hours?.weekday_text ?? [],
    icon: result.icon ?? '',
    businessStatus: result.business_status ?? (result.permanently_closed ? 'CLOSED_PERMANENTLY' : ''),
    openNow: hours?.open_now ?? null,
    periods: (hours?.periods ?? []).flatMap(periodOf),
    utcOffsetMinutes: result.utc_offset ?? null,
    attributions: html_attributions,
  };
}

function periodOf({
  open,
  close,
}: {
  open?: z.infer<typeof point> | undefined;
  close?: z.infer<typeof point> | undefined;
}): OpeningPeriod[] {
  if (!open) return [];
  return [{ open: momentOf(open), ...(close ? { close: momentOf(close) } : {}) }];
}

/** `time` is `hhmm`. */
function momentOf({ day, time }: z.infer<typeof point>): OpeningPeriod['open'] {
  return { day, hour: Number(time.slice(0, 2)) || 0, minute: Number(time.slice(2, 4)) || 0 };
}

type WireReview = NonNullable<z.infer<typeof reviewsSchema>['result']['reviews']>[number];

function reviewOf(review: WireReview): PlaceReview {
  return {
    author_name: review.author_name ?? '',
    author_url: review.author_url ?? '',
    language: review.language ?? '',
    rating: Math.round(review.rating ?? 0),
    text: review.text ?? '',
    time: review.time ?? 0,
    relative_time_description: review.relative_time_description ?? '',
    profile_photo_url: review.profile_photo_url ?? '',
  };
}
