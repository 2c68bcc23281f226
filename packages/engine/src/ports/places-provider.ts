/** A source of Google Places data. Two adapters: Places API (New) and the legacy web service. */

/** Opening hours in a form from which `open_now` is computed again at any time (B25). Days: 0 = Sunday. */
export interface OpeningPeriod {
  open: { day: number; hour: number; minute: number };
  /** Missing where the place never closes. */
  close?: { day: number; hour: number; minute: number };
}

/** A place as stored in the cache; the public row is made from it. */
export interface PlaceDetails {
  placeId: string;
  url: string;
  name: string;
  address: string;
  phone: string;
  website: string;
  rating: number | null;
  ratingTotal: number;
  types: string[];
  weekdayText: string[];
  icon: string;
  businessStatus: string;
  openNow: boolean | null;
  periods: OpeningPeriod[];
  utcOffsetMinutes: number | null;
  attributions: string[];
}

/** Exactly the eight keys of the reference, in its order (B27). */
export interface PlaceReview {
  author_name: string;
  author_url: string;
  language: string;
  rating: number;
  text: string;
  time: number;
  relative_time_description: string;
  profile_photo_url: string;
}

export interface PlacesListRequest {
  keyword: string;
  pageToken: string | null;
  country: string;
  language: string;
}

export type PlacesList =
  | { status: 'ok'; placeIds: string[]; nextPageToken: string | null; attributions: string[] }
  /** The token is not valid (yet): INVALID_REQUEST. */
  | { status: 'invalid_token' };

export interface PlacesProvider {
  name: string;
  /** Ids only, the cheapest kind of call. No match is an empty list. Throws `LeadGenError('api_error')`. */
  listPlaces(request: PlacesListRequest, signal: AbortSignal): Promise<PlacesList>;
  placeDetails(
    request: { placeId: string; country: string; language: string },
    signal: AbortSignal,
  ): Promise<PlaceDetails>;
  /** At most five, in upstream order. */
  placeReviews(request: { placeId: string; language: string }, signal: AbortSignal): Promise<PlaceReview[]>;
}
