import type { PlacesList } from '../ports/places-provider.ts';
import type { Work } from '../work.ts';
import { placesLimits } from './limits.ts';

/** One page of a places list: what is needed to answer it again without an upstream call (C19). */
export interface ListSnapshot {
  keyword: string;
  placeIds: string[];
  nextPageToken: string | null;
  attributions: string[];
  /** 1-based; Google gives three pages at most (B23). */
  pageNumber: number;
}

/** What a page token stands for: B21 takes its keyword from here, B22 its age. */
export interface KnownToken {
  keyword: string;
  pageNumber: number;
  issuedAt: number;
}

export interface ListAddress {
  keyword: string;
  pageToken: string | null;
  country: string;
  language: string;
}

const snapshotSpace = 'places-list';
const tokenSpace = 'places-token';
export const listSpaces = [snapshotSpace, tokenSpace];

export async function readSnapshot(work: Work, address: ListAddress): Promise<ListSnapshot | null> {
  const [row] = await work.rows.readMany(
    snapshotSpace,
    [snapshotParts(address)],
    work.settings.placesCacheDays * 86_400,
  );
  return row ? (JSON.parse(row.body) as ListSnapshot) : null;
}

export async function readToken(work: Work, pageToken: string): Promise<KnownToken | null> {
  const [row] = await work.rows.readMany(tokenSpace, [[pageToken]], work.settings.placesCacheDays * 86_400);
  return row ? (JSON.parse(row.body) as KnownToken) : null;
}

/** Keeps a fetched page and the token of the page after it. */
export async function keepSnapshot(work: Work, address: ListAddress, snapshot: ListSnapshot): Promise<void> {
  const writes = [work.rows.write(snapshotSpace, snapshotParts(address), JSON.stringify(snapshot))];
  if (snapshot.nextPageToken !== null) {
    const token: KnownToken = {
      keyword: snapshot.keyword,
      pageNumber: snapshot.pageNumber + 1,
      issuedAt: work.clock.now(),
    };
    writes.push(work.rows.write(tokenSpace, [snapshot.nextPageToken], JSON.stringify(token)));
  }
  await Promise.all(writes);
}

/**
 * Fetches a page of the list (ids only). A token that our store issued within the last two minutes may be early: Google refuses it for a
 * moment, so it is tried again for three seconds; null = still early (B22).
 */
export async function fetchList(
  work: Work,
  address: ListAddress,
  known: KnownToken | null,
): Promise<Extract<PlacesList, { status: 'ok' }> | null> {
  const places = work.places;
  if (!places) throw new Error('The caller makes sure that a places provider is there.');
  const waits =
    address.pageToken !== null && isYoung(known, work.clock.now()) ? placesLimits.earlyTokenWaitsMilliseconds : [];
  for (const wait of [0, ...waits]) {
    if (wait > 0) await work.clock.sleep(wait, work.signal);
    const list = await places.listPlaces(address, work.signal);
    if (list.status === 'ok') return list;
  }
  return null;
}

export function isYoung(token: KnownToken | null, now: number): boolean {
  return token !== null && now - token.issuedAt <= placesLimits.earlyTokenMillisecondsMax;
}

function snapshotParts({ keyword, pageToken, country, language }: ListAddress): readonly string[] {
  return pageToken === null ? ['first', keyword, country, language] : ['token', pageToken];
}
