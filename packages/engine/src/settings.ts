/** What an operator may set; the gateway reads it from the environment and validates it at start. */
export interface EngineSettings {
  /** What bills 1 credit per ad: an e-mail in the ad's own text, or in its landing page's contacts (C10). */
  adsEmailBilling: 'ad_text' | 'contact_data';
  /** Whether cached answers are shared by all accounts (H2). */
  cacheScope: 'shared' | 'user';
  /** 1 to 30 (H14). */
  placesCacheDays: number;
  /** robots.txt on subpages (B10). */
  robots: 'respect' | 'ignore';
  /** A hold that nobody settles expires after this. */
  holdSeconds: number;
  /** Price of a fresh look at a place without reviews (C15). */
  emptyReviewsCredits: 0 | 5;
  /** Historical ads per answer (B19). */
  historyMax: number;
  /** Default country of result pages and places, ISO 3166-1 alpha-2 in lower case. */
  country: string;
  /** Default language of result pages and places, ISO 639-1 in lower case. */
  language: string;
  /** The crawler's User-Agent; its first word is the robots.txt token. */
  userAgent: string;
}

export const defaultSettings: EngineSettings = {
  adsEmailBilling: 'ad_text',
  cacheScope: 'shared',
  placesCacheDays: 30,
  robots: 'respect',
  holdSeconds: 300,
  emptyReviewsCredits: 5,
  historyMax: 1000,
  country: 'us',
  language: 'en',
  userAgent: 'LeadGenEngine/0.1 (+https://github.com/leadgen-engine/leadgen-engine)',
};
