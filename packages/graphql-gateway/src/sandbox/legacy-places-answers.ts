import type { PlacesAnswer } from './places-answers.ts';

/** The answers of Places API (New), which the legacy service says in its own words. */
interface NewAnswers {
  search(body: string): PlacesAnswer;
  place(id: string, mask: string): PlacesAnswer;
}

interface NewPlace {
  displayName: { text: string };
  formattedAddress: string;
  nationalPhoneNumber?: string;
  websiteUri?: string;
  googleMapsUri: string;
  rating?: number;
  userRatingCount?: number;
  types: string[];
  regularOpeningHours: { weekdayDescriptions: string[]; periods: { open: NewPoint; close: NewPoint }[] };
  utcOffsetMinutes: number;
  iconMaskBaseUri: string;
  businessStatus: string;
}

type NewPoint = { day: number; hour: number; minute: number };

interface NewReview {
  relativePublishTimeDescription: string;
  rating: number;
  text: { text: string; languageCode: string };
  authorAttribution: { displayName: string; uri: string; photoUri: string };
  publishTime: string;
}

/** The legacy web service: `/maps/api/place/textsearch/json` and `/details/json`, HTTP 200 always; null for other paths. */
export function legacyPlacesAnswer(
  { search, place }: NewAnswers,
  { pathname, searchParams }: URL,
): { status: number; json: unknown } | null {
  if (pathname === '/maps/api/place/textsearch/json') {
    const pageToken = searchParams.get('pagetoken');
    const answer = search(
      JSON.stringify({ textQuery: searchParams.get('query') ?? '', ...(pageToken === null ? {} : { pageToken }) }),
    );
    if (answer.status !== 200) return said(answer.status === 429 ? 'OVER_QUERY_LIMIT' : 'INVALID_REQUEST', {});
    const { places = [], nextPageToken } = answer.json as { places?: { id: string }[]; nextPageToken?: string };
    return said(places.length > 0 ? 'OK' : 'ZERO_RESULTS', {
      results: places.map(({ id }) => ({ place_id: id })),
      ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
    });
  }
  if (pathname === '/maps/api/place/details/json') {
    const wantsReviews = searchParams.get('fields') === 'reviews';
    const answer = place(searchParams.get('place_id') ?? '', wantsReviews ? 'reviews' : '*');
    if (answer.status !== 200) return said('NOT_FOUND', {});
    return said('OK', {
      result: wantsReviews
        ? { reviews: (answer.json as { reviews: NewReview[] }).reviews.map(legacyReview) }
        : legacyPlace(answer.json as NewPlace),
    });
  }
  return null;
}

function said(status: string, fields: object): { status: number; json: unknown } {
  return { status: 200, json: { html_attributions: [], ...fields, status } };
}

function legacyPlace(place: NewPlace): object {
  return {
    name: place.displayName.text,
    formatted_address: place.formattedAddress,
    formatted_phone_number: place.nationalPhoneNumber,
    website: place.websiteUri,
    url: place.googleMapsUri,
    rating: place.rating,
    user_ratings_total: place.userRatingCount,
    types: place.types,
    opening_hours: {
      weekday_text: place.regularOpeningHours.weekdayDescriptions,
      periods: place.regularOpeningHours.periods.map(({ open, close }) => ({
        open: legacyPoint(open),
        close: legacyPoint(close),
      })),
    },
    utc_offset: place.utcOffsetMinutes,
    icon: `${place.iconMaskBaseUri}.png`,
    business_status: place.businessStatus,
  };
}

function legacyPoint({ day, hour, minute }: NewPoint): object {
  return { day, time: `${String(hour).padStart(2, '0')}${String(minute).padStart(2, '0')}` };
}

function legacyReview(review: NewReview): object {
  return {
    author_name: review.authorAttribution.displayName,
    author_url: review.authorAttribution.uri,
    profile_photo_url: review.authorAttribution.photoUri,
    language: review.text.languageCode,
    text: review.text.text,
    rating: review.rating,
    time: Math.floor(Date.parse(review.publishTime) / 1000),
    relative_time_description: review.relativePublishTimeDescription,
    translated: false,
  };
}
