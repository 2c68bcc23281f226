import type { Operation } from '../operation.ts';
import { adSpy } from './ad-spy.ts';
import { leadSearch } from './lead-search.ts';
import { placeReviews } from './place-reviews.ts';
import { placesSearch } from './places-search.ts';
import { websiteCrawl } from './website-crawl.ts';

/** Every operation, in the order in which doors list them. */
export const operations: readonly Operation[] = [leadSearch, websiteCrawl, adSpy, placesSearch, placeReviews].map(
  (operation) => operation as unknown as Operation,
);

/** The operation of a GraphQL name. */
export function operationNamed(name: string): Operation {
  const operation = operations.find((each) => each.name === name);
  if (!operation) throw new Error(`There is no operation ${name}.`);
  return operation;
}
