import { parentPort } from 'node:worker_threads';
import { scanPage } from '../contacts/scan-page.ts';
import type { ScanReply, ScanRequest } from './page-reader.ts';

/** The thread of `createPageReader`: reads one page after the other. */
parentPort?.on('message', ({ id, body, contentType, url }: ScanRequest) => {
  parentPort?.postMessage({ id, scan: scanPage({ body, contentType, url }) } satisfies ScanReply);
});
