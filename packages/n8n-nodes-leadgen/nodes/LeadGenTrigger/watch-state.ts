import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { gatewayLimits } from '../gateway/limits';

/** What a trigger has seen. It lies in the workflow's static data, which outlives a restart of n8n. */
export interface WatchState {
  /** Event and arguments that it belongs to: others begin anew. */
  watched: string;
  /** Short hashes of what was seen, newest last. */
  seen: string[];
  isLow: boolean;
}

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The state of this event and its arguments; null: the first look. */
export function readState(kept: IDataObject, watched: string): WatchState | null {
  if (kept.watched !== watched || !Array.isArray(kept.seen)) return null;
  return { watched, seen: kept.seen as string[], isLow: kept.isLow === true };
}

export function keepState(kept: IDataObject, { watched, seen, isLow }: WatchState): void {
  kept.watched = watched;
  kept.seen = seen.slice(-gatewayLimits.seenKeysMax);
  kept.isLow = isLow;
}

/** Those that were not seen, and everything seen so far; what is seen again moves to the end, so that the oldest are forgotten first. */
export function partNews<Thing>(
  seen: readonly string[],
  things: readonly Thing[],
  keyOf: (thing: Thing) => string,
): { news: Thing[]; seen: string[] } {
  const known = new Set(seen);
  const keys = things.map((thing) => shortHash(keyOf(thing)));
  const news = things.filter((_thing, index) => !known.has(keys[index]!) && keys.indexOf(keys[index]!) === index);
  for (const key of keys) {
    known.delete(key);
    known.add(key);
  }
  return { news, seen: [...known] };
}
