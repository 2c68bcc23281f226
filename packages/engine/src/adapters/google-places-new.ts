import { z } from 'zod';
import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpeningPeriod, PlaceDetails, PlaceReview, PlacesProvider } from '../ports/places-provider.ts';
import { askPlaces } from './ask-places.ts';

/** A field that is missing or of another kind than it should be is left out: it is no reason to lose a place. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const text = z.object({ text: maybe(z.string()), languageCode: maybe(z.string()) });
const point = z.object({ day: maybe(z.number()), hour: maybe(z.number()), minute: maybe(z.number()) });

const listSchema = z.object({
  places: z.array(z.object({ id: z.string().min(1) })).optional(),
  nextPageToken: maybe(z.string()),
});

const detailsSchema = z.object({
  displayName: maybe(text),
  formattedAddress: maybe(z.string()),
  nationalPhoneNumber: maybe(z.string()),
  websiteUri: maybe(z.string()),
  googleMapsUri: maybe(z.string()),
  rating: maybe(z.number()),
  userRatingCount: maybe(z.number()),
  types: maybe(z.array(z.string())),
  regularOpeningHours: maybe(
    z.object({
      weekdayDescriptions: maybe(z.array(z.string())),
      periods: maybe(z.array(z.object({ open: maybe(point), close: maybe(point) }))),
    }),
  ),
  currentOpeningHours: maybe(z.object({ openNow: maybe(z.boolean()) })),
  utcOffsetMinutes: maybe(z.number()),
  iconMaskBaseUri: maybe(z.string()),
  businessStatus: maybe(z.string()),
  attributions: maybe(z.array(z.object({ provider: maybe(z.string()), providerUri: maybe(z.string()) }))),
});

const reviewsSchema = z.object({
  reviews: z
    .array(
      z.object({
        relativePublishTimeDescription: maybe(z.string()),
        rating: maybe(z.number()),
        text: maybe(text),
        originalText: maybe(text),
        authorAttribution: maybe(
          z.object({ displayName: maybe(z.string()), uri: maybe(z.string()), photoUri: maybe(z.string()) }),
        ),
        publishTime: maybe(z.string()),
      }),
    )
    .optional(),
});

/** `google.rpc.Status`; of its details, `google.rpc.ErrorInfo` has a reason. */
const errorSchema = z.object({
  error: z.object({
    status: maybe(z.string()),
    message: maybe(z.string()),
    details: maybe(z.array(z.object({ reason: maybe(z.string()) }))),
  }),
});

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
      if (answer.status === 400 && pageToken !== null && refusesToken(answer.json)) return { status: 'invalid_token' };
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
      return detailsOf(placeId, read(detailsSchema, answer));
    },
    async placeReviews({ placeId, language }, signal) {
      const parameters = new URLSearchParams({ languageCode: language });
      const answer = await ask(`/v1/places/${encodeURIComponent(placeId)}?${parameters}`, 'reviews', signal);
      return (read(reviewsSchema, answer).reviews ?? []).slice(0, 5).map(reviewOf);
    },
  };
}

function refusesToken(json: unknown): boolean {
  const error = errorSchema.safeParse(json).data?.error;
  if (error?.status !== 'INVALID_ARGUMENT') return false;
  // A bad key is an invalid argument as well, and must not look like a token that is early.
  return !/api.?key/i.test(`${reasonOf(error) ?? ''} ${error.message ?? ''}`);
}

type WireError = z.infer<typeof errorSchema>['error'];

function reasonOf({ details }: WireError): string | undefined {
  return details?.find(({ reason }) => reason !== undefined)?.reason;
}

/** Only Google's own words are shown: its message may repeat what it was sent. */
function wordsOf(status: number, error: WireError | undefined): string {
  const [word, reason] = [error?.status, error && reasonOf(error)].map((each) =>
    each !== undefined && /^[A-Z][A-Z_]{1,60}$/.test(each) ? each : null,
  );
  return `${word ?? `status ${status}`}${reason ? ` (${reason})` : ''}`;
}

function read<T>(schema: z.ZodType<T>, { status, json }: { status: number; json: unknown }): T {
  const error = errorSchema.safeParse(json).data?.error;
  if (status !== 200 || error) throw new LeadGenError('api_error', `Google Places: ${wordsOf(status, error)}.`);
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    throw new LeadGenError('api_error', 'Google Places: its answer has another shape than it should.', {
      cause: parsed.error,
    });
  return parsed.data;
}

function detailsOf(placeId: string, place: z.infer<typeof detailsSchema>): PlaceDetails {
  return {
    // Google may answer with a newer id of the same place; the caller's stays the key.
    placeId,
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
