import { z } from 'zod';
import { LeadGenError } from '../errors.ts';
import { type Charge, defineOperation } from '../operation.ts';

const data = z
  .object({
    place_id: z.string().meta({ description: 'Google Place ID.' }),
    reviews: z
      .array(
        z
          .object({
            author_name: z.string().meta({ description: "Reviewer's display name." }),
            author_url: z.string().meta({ description: "Reviewer's page." }),
            language: z.string().meta({ description: 'Language of the text.' }),
            rating: z.int().meta({ description: '1 to 5.' }),
            text: z.string().meta({ description: 'Text of the review.' }),
            time: z.int().meta({ description: 'When it was posted, Unix seconds.' }),
            relative_time_description: z.string().meta({ description: "When it was posted, in Google's words." }),
            profile_photo_url: z.string().meta({ description: "Reviewer's photo." }),
          })
          .meta({ id: 'PlaceReview', description: 'A review of a place.' }),
      )
      .meta({ description: 'Up to five reviews, in the order of Google.' }),
    cached: z.boolean().meta({ description: 'Whether the reviews came from the cache (0 credits).' }),
  })
  .meta({ id: 'PlaceReviews', description: 'Google reviews of a place.' });

type Data = z.infer<typeof data>;

/** Reviews of one place. Rules: C15, B27 to B29 of the decisions. */
export const placeReviews = defineOperation({
  name: 'placeReviews',
  key: 'reviews',
  path: '/places/reviews.php',
  summary: 'Fetch up to five Google reviews of a place.',
  pricing: '5 credits for a fresh look, 0 where the reviews are cached (7 days).',
  parameters: {
    placeId: {
      kind: 'text',
      rest: 'place_id',
      required: true,
      description: 'Google Place ID, from a places search.',
      example: 'ChIJr3_gqu5ZwokR',
    },
  },
  data,
  upstreamError: 'api_error',
  priceMax: 5,
  priceMin: (settings) => settings.emptyReviewsCredits,
  freshness: { seconds: () => 7 * 86_400, keyOf: (input) => [input.placeId] },
  present: (answer: Data, _input, cached) => (answer.cached === cached ? answer : { ...answer, cached }),
  async run(work, input) {
    if (!work.places) throw new LeadGenError('api_error', 'No places provider is configured: set GOOGLE_PLACES_KEY.');
    const request = { placeId: input.placeId, language: work.settings.language };
    const reviews = await work.places.placeReviews(request, work.signal);
    const credits = reviews.length > 0 ? 5 : work.settings.emptyReviewsCredits;
    const charges: Charge[] =
      credits > 0 ? [{ rule: 'fresh look at a place: 5 credits', item: input.placeId, credits }] : [];
    return {
      data: { place_id: input.placeId, reviews, cached: false },
      coverage: {
        provider: work.places.name,
        status: reviews.length > 0 ? 'OK' : 'NO_RESULTS',
        pagesTried: 1,
        notes: [],
      },
      charges,
      keep: true,
    };
  },
});
