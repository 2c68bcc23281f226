import type { EngineContext } from '@leadgen/engine';

/** The same engine; `onPage` is told of every page, place and review list that came from outside. */
export function countedContext(context: EngineContext, onPage: () => void): EngineContext {
  const told = async <T>(promise: Promise<T>): Promise<T> => {
    const value = await promise;
    onPage();
    return value;
  };
  const { crawl, serp, places } = context;
  return {
    ...context,
    crawl: { ...crawl, fetchPage: (request) => told(crawl.fetchPage(request)) },
    serp: {
      ...serp,
      providers: serp.providers.map((provider) => ({
        ...provider,
        fetchResults: (request, signal) => told(provider.fetchResults(request, signal)),
      })),
    },
    places: places && {
      ...places,
      placeDetails: (request, signal) => told(places.placeDetails(request, signal)),
      placeReviews: (request, signal) => told(places.placeReviews(request, signal)),
    },
  };
}
