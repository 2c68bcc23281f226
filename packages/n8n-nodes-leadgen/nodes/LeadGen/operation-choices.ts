import type { INodePropertyOptions } from 'n8n-workflow';

/** The gateway's operations as a list to choose from. */
export const operationChoices: INodePropertyOptions[] = [
  { name: 'Ad: Search', value: 'adSpy' },
  { name: 'Lead: Search', value: 'leadSearch' },
  { name: 'Place: Get Reviews', value: 'placeReviews' },
  { name: 'Place: Search', value: 'placesSearch' },
  { name: 'Website: Crawl', value: 'websiteCrawl' },
];
