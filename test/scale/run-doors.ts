import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCliStore } from '../../packages/engine/src/store/open-cli-store.ts';
import type { Place } from '../support/open-place.ts';
import { createTestLog } from '../support/test-log.ts';

export interface DoorsRun {
  submitSeconds: number;
  /** By how much the gateway's memory grew above what it was before, at most, MB. */
  submitMegabytes: number;
  /** Of the gateway; wall time says little on a machine that others use too. */
  submitCpuSeconds: number;
  results: Record<
    'jsonl' | 'csv' | 'json',
    { firstByteMilliseconds: number; seconds: number; cpuSeconds: number; megabytes: number; bytes: number }
  >;
}

const credentials = { authorization: 'Bearer demo', 'x-user-id': '1' };

/** Sends a batch of so many inputs to a gateway without workers, fills in its answers, and downloads the rows in each form. */
export async function runDoors(place: Pick<Place, 'environment' | 'gateway'>, inputs: number): Promise<DoorsRun> {
  const { url } = place.gateway!;
  // The first of each is work of another kind: tables, code, caches.
  const small = await send(url, 10);
  await fillAnswers(place, small);
  for (const form of forms) await download(`${url}/batches/${small}/results.${form}`);

  const memory = watchGateway(url);
  const start = performance.now();
  const id = await send(url, inputs);
  const submitSeconds = (performance.now() - start) / 1_000;
  const { megabytes: submitMegabytes, cpuSeconds: submitCpuSeconds } = await memory.spent();
  await fillAnswers(place, id);
  const results = {} as DoorsRun['results'];
  for (const form of forms) {
    const during = watchGateway(url);
    const told = await download(`${url}/batches/${id}/results.${form}`);
    results[form] = { ...told, ...(await during.spent()) };
  }
  return { submitSeconds, submitMegabytes, submitCpuSeconds, results };
}

const forms = ['jsonl', 'csv', 'json'] as const;

/** A body as a client writes it that reads a file: in pieces, `operation` last. */
function send(url: string, inputs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/batches`, { method: 'POST', headers: credentials }, async (response) => {
      let text = '';
      for await (const piece of response) text += piece;
      if (response.statusCode === 202) resolve(JSON.parse(text).id);
      else reject(new Error(`${response.statusCode} ${text}`));
    });
    call.on('error', reject);
    call.write('{"inputs":[');
    const next = (from: number): void => {
      if (from >= inputs) {
        call.end('],"operation":"websiteCrawl","maxCredits":1000}');
        return;
      }
      const to = Math.min(from + 1_000, inputs);
      const part = Array.from({ length: to - from }, (_, offset) =>
        JSON.stringify({ domain: `site${from + offset}.example`, company: `Company ${from + offset}`, city: 'Zürich' }),
      );
      if (call.write(`${from === 0 ? '' : ','}${part.join()}`)) setImmediate(next, to);
      else call.once('drain', () => next(to));
    };
    next(0);
  });
}

/** Answers of a usual size for all inputs, straight into the table. */
async function fillAnswers({ environment }: Pick<Place, 'environment'>, id: string): Promise<void> {
  const store = await openCliStore({
    ...(environment.DATABASE_URL ? { databaseUrl: environment.DATABASE_URL } : {}),
    dataDir: environment.LEADGEN_DATA_DIR!,
    schema: 'leadgen_sandbox',
    log: createTestLog().log,
  });
  const run = (text: string, values: unknown[]) => store.query<{ total: number }>({ name: '', text }, values);
  const [{ total }] = (await run('select total from batches where id = $1::uuid', [id])) as [{ total: number }];
  for (let from = 0; from < total; from += 5_000) {
    await run(
      `update batch_items set state = 'done', credits = 1, data = $2::text where batch_id = $1::uuid and index >= $3 and index < $3 + 5000`,
      [id, answer, from],
    );
  }
  await run(`update batches set status = 'done', done = total, finished_at = now() where id = $1::uuid`, [id]);
  await store.close();
}

const answer = JSON.stringify({
  domain: 'https://site.example',
  pages_crawled: 6,
  metadata: { title: 'A site', description: 'What it says of itself. '.repeat(5), keywords: 'a, b', image: '' },
  emails: ['info@site.example', 'sales@site.example'],
  all_emails: ['info@site.example', 'sales@site.example'],
  phones: ['+41 44 668 18 00'],
  social_links: ['https://www.linkedin.com/company/site'],
  contacts: Array.from({ length: 4 }, (_, index) => ({
    kind: 'EMAIL',
    value: `info${index}@site.example`,
    e164: null,
    confidence: 0.9,
    evidence: [{ page_url: 'https://site.example/contact', method: 'mailto', snippet: 'Write to us' }],
  })),
  coverage: { provider: 'crawler', status: 'OK', pages_tried: 6, notes: [] },
});

async function download(url: string): Promise<{ firstByteMilliseconds: number; seconds: number; bytes: number }> {
  const start = performance.now();
  const response = await fetch(url, { headers: credentials });
  let firstByteMilliseconds = 0;
  let bytes = 0;
  for await (const piece of response.body!) {
    if (bytes === 0) firstByteMilliseconds = performance.now() - start;
    bytes += piece.length;
  }
  return { firstByteMilliseconds, seconds: (performance.now() - start) / 1_000, bytes };
}

/** What the gateway's process took since: memory above the start at most, and CPU time. */
function watchGateway(url: string): { spent(): Promise<{ megabytes: number; cpuSeconds: number }> } {
  let first: { memory: number; cpu: number } | null = null;
  let last = { memory: 0, cpu: 0 };
  let most = 0;
  let isOver = false;
  const look = async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    last = { memory: read('process_resident_memory_bytes'), cpu: read('process_cpu_seconds_total') };
    first ??= last;
    most = Math.max(most, last.memory);
  };
  const watching = (async () => {
    for (; !isOver; await sleep(100)) await look();
  })();
  return {
    async spent() {
      isOver = true;
      await watching;
      await look();
      const start = first ?? last;
      return { megabytes: Math.round((most - start.memory) / 1024 / 1024), cpuSeconds: last.cpu - start.cpu };
    },
  };
}
