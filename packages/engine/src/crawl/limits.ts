/** One crawl (B8, B9, B32). */
export const crawlLimits = {
  pagesMax: 15,
  attemptsMax: 30,
  requestsAtOnceMax: 5,
  crawlMillisecondsMax: 110_000,
  linksPerPageMax: 2_000,
  frontierLinksMax: 5_000,
  robotsBytesMax: 512 * 1024,
  robotsMillisecondsMax: 5_000,
  sitemapBytesMax: 4 * 1024 * 1024,
  sitemapsMax: 4,
  sitemapAddressesMax: 5_000,
  notesMax: 20,
} as const;
