import { z } from 'zod';
import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpeningPeriod, PlaceDetails, PlaceReview, PlacesProvider } from '../ports/places-provider.ts';
import { askPlaces } from './ask-places.ts';

const text = z.object({ text: z.string().catch(''), languageCode: z.string().catch('') }).partial();
const point = z.object({ day: z.number().catch(0), hour: z.number().catch(0), minute: z.number().catch(0) }).partial();

const listSchema = z.object({
  places: z
    .array(z.object({ id: z.string() }))
    .catch([])
    .optional(),
  nextPageToken: z.string().optional(),
});

const detailsSchema = z.object({
  id: z.string(),
  displayName: text.optional(),
  formattedAddress: z.string().optional(),
  nationalPhoneNumber: z.string().optional(),
  websiteUri: z.string().optional(),
  googleMapsUri: z.string().optional(),
  rating: z.number().optional(),
  userRatingCount: z.number().optional(),
  types: z.array(z.string()).optional(),
  regularOpeningHours: z
    .object({
      weekdayDescriptions: z.array(z.string()).optional(),
      periods: z.array(z.object({ open: point.optional(), close: point.optional() })).optional(),
    })
    .optional(),
  currentOpeningHours: z.object({ openNow: z.boolean().optional() }).optional(),
  utcOffsetMinutes: z.number().optional(),
  iconMaskBaseUri: z.string().optional(),
  businessStatus: z.string().optional(),
  attributions: z
    .array(z.object({ provider: z.string().catch(''), providerUri: z.string().catch('') }).partial())
    .optional(),
});

const reviewsSchema = z.object({
  reviews: z
    .array(
      z.object({
        relativePublishTimeDescription: z.string().optional(),
        rating: z.number().optional(),
        text: text.optional(),
        originalText: text.optional(),
        authorAttribution: z
          .object({ displayName: z.string(), uri: z.string(), photoUri: z.string() })
          .partial()
          .optional(),
        publishTime: z.string().optional(),
      }),
    )
    .optional(),
});

const errorSchema = z.object({ error: z.object({ status: z.string().optional(), message: z.string().optional() }) });

const detailsMask =
  'id,displayName,formattedAddress,nationalPhoneNumber,websiteUri,googleMapsUri,rating,userRatingCount,types,regularOpeningHours,currentOpeningHours.openNow,utcOffsetMinutes,iconMaskBaseUri,businessStatus,attributions';

/** Places API (New): `places:searchText` for ids alone, `places/{id}` for the rest. Source: google/maps/places/v1 of googleapis. */
export function createGooglePlacesNew({
  apiKey,
  baseUrl,
  clock,
}: {
  apiKey: string;
  baseUrl: string;
  clock: Clock;
}): PlacesProvider {
  const ask = async (path: string, mask: string, signal: AbortSignal, body?: object) => {
    const answer = await askPlaces(clock, {
      url: `${baseUrl}${path}`,
      method: body ? 'POST' : 'GET',
      headers: {
        'x-goog-api-key': apiKey,
        'x-goog-fieldmask': mask,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      isTransient: ({ status }) => status === 429 || status >= 500,
      signal,
    });
    return answer;
  };

  return {
    name: 'google-places-new',
    async listPlaces({ keyword, pageToken, country, language }, signal) {
      const answer = await ask('/v1/places:searchText', 'places.id,nextPageToken', signal, {
        textQuery: keyword,
        pageSize: 20,
        languageCode: language,
        regionCode: country.toUpperCase(),
        ...(pageToken === null ? {} : { pageToken }),
      });
      if (answer.status === 400 && pageToken !== null && saysInvalid(answer.json)) return { status: 'invalid_token' };
      const list = read(listSchema, answer);
      return {
        status: 'ok',
        placeIds: (list.places ?? []).map(({ id }) => id),
        nextPageToken: list.nextPageToken || null,
        attributions: [],
      };
    },
    async placeDetails({ placeId, country, language }, signal) {
      const parameters = new URLSearchParams({ languageCode: language, regionCode: country.toUpperCase() });
      const answer = await ask(`/v1/places/${encodeURIComponent(placeId)}?${parameters}`, detailsMask, signal);
      return detailsOf(read(detailsSchema, answer));
    },
    async placeReviews({ placeId, language }, signal) {
      const parameters = new URLSearchParams({ languageCode: language });
      const answer = await ask(`/v1/places/${encodeURIComponent(placeId)}?${parameters}`, 'reviews', signal);
      return (read(reviewsSchema, answer).reviews ?? []).slice(0, 5).map(reviewOf);
    },
  };
}

function saysInvalid(json: unknown): boolean {
  const error = errorSchema.safeParse(json);
  return error.success && error.data.error.status === 'INVALID_ARGUMENT';
}

function read<T>(schema: z.ZodType<T>, { status, json }: { status: number; json: unknown }): T {
  if (status !== 200) {
    const error = errorSchema.safeParse(json);
    throw new LeadGenError(
      'api_error',
      `Google Places: ${(error.success && error.data.error.status) || `status ${status}`}.`,
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    throw new LeadGenError('api_error', 'Google Places: its answer has another shape than it should.', {
      cause: parsed.error,
    });
  return parsed.data;
}

function detailsOf(place: z.infer<typeof detailsSchema>): PlaceDetails {
  return {
    placeId: place.id,
    url: place.googleMapsUri ?? '',
    name: place.displayName?.text ?? '',
    address: place.formattedAddress ?? '',
    phone: place.nationalPhoneNumber ?? '',
    website: place.websiteUri ?? '',
    rating: place.rating ?? null,
    ratingTotal: place.userRatingCount ?? 0,
    types: place.types ?? [],
    weekdayText: place.regularOpeningHours?.weekdayDescriptions ?? [],
    icon: place.iconMaskBaseUri ? `${place.iconMaskBaseUri}.png` : '',
    businessStatus: place.businessStatus ?? '',
    openNow: place.currentOpeningHours?.openNow ?? null,
    periods: (place.regularOpeningHours?.periods ?? []).flatMap(periodOf),
    utcOffsetMinutes: place.utcOffsetMinutes ?? null,
    attributions: (place.attributions ?? [])
      .map(({ provider, providerUri }) => provider || providerUri || '')
      .filter(Boolean),
  };
}

/** Fields that are zero are left out on the wire. */
function periodOf({
  open,
  close,
}: {
  open?: z.infer<typeof point> | undefined;
  close?: z.infer<typeof point> | undefined;
}): OpeningPeriod[] {
  if (!open) return [];
  const filled = ({ day = 0, hour = 0, minute = 0 }: z.infer<typeof point>) => ({ day, hour, minute });
  return [{ open: filled(open), ...(close ? { close: filled(close) } : {}) }];
}

function reviewOf(review: NonNullable<z.infer<typeof reviewsSchema>['reviews']>[number]): PlaceReview {
  const words = review.text ?? review.originalText;
  const time = Date.parse(review.publishTime ?? '');
  return {
    author_name: review.authorAttribution?.displayName ?? '',
    author_url: review.authorAttribution?.uri ?? '',
    language: words?.languageCode ?? '',
    rating: Math.round(review.rating ?? 0),
    text: words?.text ?? '',
    time: Number.isNaN(time) ? 0 : Math.floor(time / 1000),
    relative_time_description: review.relativePublishTimeDescription ?? '',
    profile_photo_url: review.authorAttribution?.photoUri ?? '',
  };
}
