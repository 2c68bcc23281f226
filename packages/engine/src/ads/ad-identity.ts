import { createHash } from 'node:crypto';
import { normalText } from '../cache/normal-text.ts';
import { isOpaqueRedirect, stripTracking } from '../serp/redirect-link.ts';

/** H10: ads belong to engine and query, the query lower-cased and collapsed; the page is no part of it. */
export function adPool({ engine, query }: { engine: string; query: string }): { pool: string; queryKey: string } {
  const queryKey = normalText(query).toLowerCase();
  return { pool: digest([engine, queryKey]), queryKey };
}

/**
 * H11: the same ad is the same final address without tracking under the same folded title; its text may change. A click address
 * that hides the final one is another at each impression: there the address that the ad shows stands for it.
 */
export function adIdentity(
  pool: string,
  { url, displayUrl, title }: { url: string; displayUrl: string; title: string },
): string {
  return digest([pool, addressKey(url === '' || isOpaqueRedirect(url) ? displayUrl : url), foldText(title)]);
}

/** Names one version of an ad: its wording, and the letters of its title. */
export function adTextKey({ title, text }: { title: string; text: string }): string {
  return digest([normalText(title), normalText(text)]);
}

function addressKey(address: string): string {
  const url = URL.parse(stripTracking(address));
  if (!url) return foldText(address);
  url.hash = '';
  return url.href;
}

/** Marks of text direction (U+200E, U+200F, U+202A to U+202E) come and go between two prints of the same title. */
function foldText(text: string): string {
  return normalText(text.replace(/[\u200e\u200f\u202a-\u202e]/g, '')).toLowerCase();
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
