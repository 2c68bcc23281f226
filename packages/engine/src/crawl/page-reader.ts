import { Worker } from 'node:worker_threads';
import { type PageScan, scanPage } from '../contacts/scan-page.ts';
import { crawlLimits } from './limits.ts';

export interface PageToScan {
  body: Uint8Array;
  contentType: string;
  url: string;
}

/** Reads a page for contacts. */
export type ReadPage = (page: PageToScan) => Promise<PageScan>;

/** What the thread is asked and what it says; `id` joins the two. */
export interface ScanRequest extends PageToScan {
  id: number;
}
export interface ScanReply {
  id: number;
  scan: PageScan;
}

interface Waiting {
  resolve: (scan: PageScan) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, Waiting>;
}

/**
 * Reads the pages of all crawls without holding up anybody: small ones here, in a few milliseconds, large ones in one thread. It starts with the
 * first of them and ends when none has come for a while; one that takes longer than any honest page ends it and is rejected.
 */
export function createPageReader(): ReadPage {
  let thread: Thread | null = null;
  let lastId = 0;
  let idle: NodeJS.Timeout | undefined;

  function start(): Thread {
    const worker = new Worker(new URL('./scan-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: crawlLimits.scanHeapMegabytesMax },
    });
    const started: Thread = { worker, waiting: new Map() };
    const fail = (error: Error) => {
      if (thread === started) thread = null;
      for (const { reject } of started.waiting.values()) reject(error);
      started.waiting.clear();
    };
    worker.on('message', ({ id, scan }: ScanReply) => {
      started.waiting.get(id)?.resolve(scan);
      started.waiting.delete(id);
      if (started.waiting.size > 0) return;
      // Without a page to read it keeps no process alive.
      worker.unref();
      idle = setTimeout(() => worker.terminate(), crawlLimits.scanIdleMillisecondsMax);
      idle.unref();
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the reading thread ended')));
    return started;
  }

  function readApart({ body, contentType, url }: PageToScan): Promise<PageScan> {
    clearTimeout(idle);
    thread ??= start();
    const current = thread;
    current.worker.ref();
    lastId += 1;
    const id = lastId;
    return new Promise<PageScan>((resolve, reject) => {
      const giveUp = () => {
        // Those that wait behind it fail with it: the next page gets a thread of its own.
        if (thread === current) thread = null;
        current.worker.terminate();
      };
      // Pages wait for each other, so each one gets the time of those before it too.
      const timer = setTimeout(giveUp, crawlLimits.scanMillisecondsMax * (current.waiting.size + 1));
      current.waiting.set(id, {
        resolve: (scan) => {
          clearTimeout(timer);
          resolve(scan);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      current.worker.postMessage({ id, body, contentType, url } satisfies ScanRequest);
    });
  }

  return async (page) => (page.body.byteLength > crawlLimits.scanHereBytesMax ? readApart(page) : scanPage(page));
}

/** Every page in the thread of the caller: for one that has nobody to hold up. */
export const readPageHere: ReadPage = async (page) => scanPage(page);
