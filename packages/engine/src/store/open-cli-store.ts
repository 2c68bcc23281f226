import { setTimeout as sleep } from 'node:timers/promises';
import { holderInError } from './folder-lock.ts';
import { storeLimits } from './limits.ts';
import { openSharedStore } from './open-shared-store.ts';
import { type OpenStoreOptions, openStore } from './open-store.ts';
import type { Store } from './store.ts';

/** The store for a command: opened directly, or through the process that has the embedded folder open. */
export async function openCliStore(options: Omit<OpenStoreOptions, 'opener'>): Promise<Store> {
  const giveUpAt = performance.now() + storeLimits.folderWaitMillisecondsMax;
  for (;;) {
    try {
      return await openStore({ ...options, opener: 'command' });
    } catch (error) {
      const holder = holderInError(error);
      if (!holder) throw error;
      try {
        return await openSharedStore({ socketPath: holder.socketPath });
      } catch {
        // The holder is starting and has no socket yet, or is ending and has none any more.
        if (performance.now() > giveUpAt) throw error;
        await sleep(storeLimits.folderPollMilliseconds);
      }
    }
  }
}
