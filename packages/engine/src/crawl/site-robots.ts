import type { FetchPage } from '../ports/page-fetcher.ts';
import { crawlLimits } from './limits.ts';
import { type Robots, readRobots } from './robots.ts';

/** The robots.txt files of one site: each scheme and host has its own, which is read once, where a link leads there. */
export interface SiteRobots {
  of(url: string): Promise<Robots>;
}

const open: Robots = { allows: () => true, sitemaps: [], note: null };

export function createSiteRobots(
  deps: { fetchPage: FetchPage; userAgent: string; robots: 'respect' | 'ignore' },
  { signal }: { signal: AbortSignal },
): SiteRobots {
  const byOrigin = new Map<string, Promise<Robots>>();
  return {
    async of(url) {
      if (deps.robots === 'ignore') return open;
      const { origin } = new URL(url);
      const known = byOrigin.get(origin);
      if (known) return known;
      if (byOrigin.size >= crawlLimits.robotsOriginsMax) return { ...open, allows: () => false };
      const asked = readRobots(deps, { origin, signal });
      byOrigin.set(origin, asked);
      return asked;
    },
  };
}
