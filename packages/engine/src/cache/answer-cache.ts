import { LRUCache } from 'lru-cache';
import { groupCalls } from '../group-calls.ts';
import type { Store } from '../store/store.ts';
import { answersChannel } from './announce-answers.ts';
import { cacheLimits } from './limits.ts';
import { readAnswers, type StoredAnswer } from './read-answers.ts';
import { type AnswerToKeep, writeAnswers } from './write-answers.ts';

/**
 * Kept answers, those asked for lately in memory. It tells no age: whoever reads decides by `fetchedAt` (H5).
 * The same kept row is the same object as long as it stays in memory, so that a reader may remember what it made of it.
 */
export interface AnswerCache {
  /** From memory alone. */
  peek(key: string): StoredAnswer | null;
  /** From memory, else from the database. */
  read(key: string): Promise<StoredAnswer | null>;
  /** From the database, whatever is in memory: after becoming a flight's leader. */
  readStored(key: string): Promise<StoredAnswer | null>;
  /** Many keys with at most one statement. A key without an answer is not in the map. */
  readMany(keys: readonly string[]): Promise<Map<string, StoredAnswer>>;
  write(answer: AnswerToKeep): Promise<void>;
  /** Puts what another statement read into memory, and gives the object that is there now. */
  remember(key: string, answer: StoredAnswer): StoredAnswer;
  /** Entries and bytes in memory, for the metrics. */
  size(): { entries: number; bytes: number };
  close(): Promise<void>;
}

export async function createAnswerCache({
  store,
  bytesMax = cacheLimits.memoryBytesMax,
}: {
  store: Store;
  bytesMax?: number;
}): Promise<AnswerCache> {
  const memory = new LRUCache<string, StoredAnswer>({
    maxSize: bytesMax,
    maxEntrySize: Math.min(bytesMax, cacheLimits.memoryEntryBytesMax),
    // V8 takes one byte a character for Latin text and two for other; two is the safe side.
    sizeCalculation: ({ body }) => body.length * 2 + cacheLimits.memoryEntryBytesOverhead,
  });
  let changes = 0;
  const stop = await store.listen(answersChannel, (keys) => {
    changes += 1;
    // The empty payload: notifications may have been missed.
    if (keys === '') memory.clear();
    else for (const key of keys.split(' ')) memory.delete(key);
  });

  function remember(key: string, answer: StoredAnswer): StoredAnswer {
    const there = memory.peek(key);
    if (there && there.fetchedAt >= answer.fetchedAt) return there;
    memory.set(key, answer);
    return answer;
  }

  async function readStoredMany(keys: readonly string[]): Promise<Map<string, StoredAnswer>> {
    const changesBefore = changes;
    const found = await readAnswers(store, keys);
    // What was deleted while it was read must not come back into memory.
    if (changes !== changesBefore) return found;
    for (const [key, answer] of found) found.set(key, remember(key, answer));
    return found;
  }

  const readStored = groupCalls<string, StoredAnswer | null>(
    async (keys) => {
      const found = await readStoredMany(keys);
      return keys.map((key) => found.get(key) ?? null);
    },
    { sizeMax: cacheLimits.groupMax },
  );
  const write = groupCalls<AnswerToKeep, undefined>(
    async (written) => {
      await writeAnswers(store, written);
      return written.map(() => undefined);
    },
    { sizeMax: cacheLimits.groupMax },
  );

  return {
    peek: (key) => memory.get(key) ?? null,
    read: async (key) => memory.get(key) ?? readStored(key),
    readStored,
    remember,
    async readMany(keys) {
      const found = new Map<string, StoredAnswer>();
      const missing = new Set<string>();
      for (const key of keys) {
        const answer = memory.get(key);
        if (answer) found.set(key, answer);
        else missing.add(key);
      }
      for (const [key, answer] of await readStoredMany([...missing])) found.set(key, answer);
      return found;
    },
    async write(answer) {
      await write(answer);
      remember(answer.key, { body: answer.body, fetchedAt: answer.fetchedAt });
    },
    size: () => ({ entries: memory.size, bytes: memory.calculatedSize }),
    close: stop,
  };
}
