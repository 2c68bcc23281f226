import type { FetchPage } from '../ports/page-fetcher.ts';
import { untilAborted } from '../until-aborted.ts';

/** Resolves, when the host has a place free, to the function that gives it back. */
export type HostGate = (host: string) => Promise<() => void>;

/** Fetches when the gate of the host lets it; a call that ends while it waits leaves no place taken. */
export function gatedFetch(fetchPage: FetchPage, hostGate: HostGate | undefined): FetchPage {
  if (!hostGate) return fetchPage;
  return async (request) => {
    const place = hostGate(new URL(request.url).host);
    const leave = await untilAborted(place, request.signal).catch((error: unknown) => {
      place.then(
        (free) => free(),
        () => {},
      );
      throw error;
    });
    try {
      return await fetchPage(request);
    } finally {
      leave();
    }
  };
}
