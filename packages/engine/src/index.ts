export { mergeContacts } from './contacts/merge-contacts.ts';
export { scanPage } from './contacts/scan-page.ts';
export { type ResultPage, readResultPage } from './serp/read-result-page.ts';
export type { SearchEngine } from './ports/serp-provider.ts';
export { decodeRedirectLink } from './serp/redirect-link.ts';
