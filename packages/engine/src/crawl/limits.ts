/** One crawl (B8, B9, B32). */
export const crawlLimits = {
  pagesMax: 15,
  attemptsMax: 30,
  requestsAtOnceMax: 5,
  crawlMillisecondsMax: 110_000,
  linksPerPageMax: 2_000,
  /** Longer ones name no page that a person would write to; short ones keep the matching of robots.txt short. */
  linkCharactersMax: 1_000,
  frontierLinksMax: 5_000,
  /** RFC 9309 asks for at least 500 KiB. */
  robotsBytesMax: 512 * 1024,
  /** The parser's time grows with the lines, and with the wildcards times the length of an address; more would stop everybody else. */
  robotsLinesMax: 2_000,
  robotsWildcardCharactersMax: 10_000,
  robotsMillisecondsMax: 5_000,
  robotsOriginsMax: 8,
  sitemapBytesMax: 2 * 1024 * 1024,
  sitemapsMax: 4,
  sitemapAddressesMax: 5_000,
  sitemapMillisecondsMax: 10_000,
  /** A larger page is read by a thread of its own, because it could take longer than others may wait. */
  scanHereBytesMax: 128 * 1024,
  scanMillisecondsMax: 5_000,
  scanIdleMillisecondsMax: 30_000,
  scanHeapMegabytesMax: 256,
  notesMax: 20,
} as const;
