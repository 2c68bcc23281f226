import { type Business, businesses, hash, rankedFor } from './catalogue.ts';

const placesPerPage = 20;
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** When a page token was made, so that the first two seconds of its life are as early as with Google. */
const tokenMilliseconds = 2_000;

export interface PlacesAnswer {
  status: number;
  json: unknown;
}

/** Places API (New): `POST /v1/places:searchText`, `GET /v1/places/{id}`. Page tokens are early for two seconds, as with Google. */
export function createPlacesAnswers(now: () => number) {
  function search(body: string): PlacesAnswer {
    let request: { textQuery?: unknown; pageToken?: unknown };
    try {
      request = JSON.parse(body) as typeof request;
    } catch {
      return failure(400, 'INVALID_ARGUMENT', 'The request is not JSON.');
    }
    const query = String(request.textQuery ?? '');
    if (query.trim() === '') return failure(400, 'INVALID_ARGUMENT', 'Empty text_query.');
    if (/no results please/i.test(query)) return { status: 200, json: {} };
    if (/blocked please/i.test(query)) return failure(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.');
    let page = 0;
    if (typeof request.pageToken === 'string') {
      const token = /^sandbox-(\d{1,3})-(\d+)-(\d+)$/.exec(request.pageToken);
      if (!token || Number(token[2]) !== hash(query))
        return failure(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
      if (now() - Number(token[3]) < tokenMilliseconds)
        return failure(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
      page = Number(token[1]);
    }
    const ranked = rankedFor(query);
    const found = ranked.slice(page * placesPerPage, (page + 1) * placesPerPage);
    const hasMore = ranked.length > (page + 1) * placesPerPage;
    return {
      status: 200,
      json: {
        places: found.map(({ id }) => ({ id: placeId(id) })),
        ...(hasMore ? { nextPageToken: `sandbox-${page + 1}-${hash(query)}-${now()}` } : {}),
      },
    };
  }

  function place(id: string, mask: string): PlacesAnswer {
    const business = businesses.find((each) => placeId(each.id) === id);
    if (!business) return failure(404, 'NOT_FOUND', 'The Place ID is no longer valid.');
    return {
      status: 200,
      json: mask.split(',').includes('reviews') ? { reviews: reviewsOf(business, now()) } : detailsOf(business),
    };
  }

  return { search, place };
}

export function placeId(id: number): string {
  return `ChIJsandbox${String(id).padStart(3, '0')}`;
}

function detailsOf(business: Business): object {
  const { id, name, street, city, phone, host, trade, hasWebsite } = business;
  return {
    id: placeId(id),
    displayName: { text: name, languageCode: 'en' },
    formattedAddress: `${street}, ${city}, USA`,
    ...(id % 11 === 10 ? {} : { nationalPhoneNumber: phone }),
    ...(hasWebsite ? { websiteUri: `http://${host}/` } : {}),
    googleMapsUri: `https://maps.google.com/?cid=${hash(host)}`,
    ...(id % 7 === 6 ? {} : { rating: 3 + (id % 20) / 10, userRatingCount: 5 + id * 13 }),
    types: [trade.replaceAll(' ', '_'), 'point_of_interest', 'establishment'],
    regularOpeningHours: {
      weekdayDescriptions: [...weekdays.slice(1), weekdays[0]].map((day) =>
        day === 'Sunday' ? `${day}: Closed` : `${day}: 9:00 AM \u2013 6:00 PM`,
      ),
      periods: [1, 2, 3, 4, 5, 6].map((day) => ({
        open: { day, hour: 9, minute: 0 },
        close: { day, hour: 18, minute: 0 },
      })),
    },
    utcOffsetMinutes: -300,
    iconMaskBaseUri: 'https://maps.gstatic.com/mapfiles/place_api/icons/v2/generic_pinlet',
    businessStatus: id % 13 === 12 ? 'CLOSED_TEMPORARILY' : 'OPERATIONAL',
  };
}

function reviewsOf({ id, name }: Business, now: number): object[] {
  if (id % 10 === 9) return [];
  const authors = ['Robin B.', 'Sam K.', 'Alex P.', 'Kim L.', 'Jo W.'];
  return authors.slice(0, 2 + (id % 4)).map((author, index) => ({
    name: `places/${placeId(id)}/reviews/${index}`,
    relativePublishTimeDescription: index === 0 ? 'a week ago' : `${index + 1} weeks ago`,
    rating: 5 - ((id + index) % 3),
    text: {
      text: `I have been coming to ${name} for years. Visit number ${index + 2} was as good as the first.`,
      languageCode: 'en',
    },
    authorAttribution: {
      displayName: author,
      uri: `https://www.google.com/maps/contrib/${hash(author + id)}`,
      photoUri: `https://lh3.googleusercontent.com/a/${hash(author)}`,
    },
    publishTime: new Date(now - (index + 1) * 7 * 86_400_000).toISOString(),
  }));
}

function failure(status: number, word: string, message: string): PlacesAnswer {
  return { status, json: { error: { code: status, status: word, message } } };
}
