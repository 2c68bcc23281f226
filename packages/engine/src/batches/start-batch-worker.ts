import type { StoredAnswer } from '../cache/read-answers.ts';
import type { EngineContext } from '../context.ts';
import { heartbeat } from '../credits/heartbeat.ts';
import type { TakenJob } from '../ports/job-queue.ts';
import { type ClaimedItem, claimItems } from './claim-items.ts';
import { batchJobsChannel, type ItemsJob, type WebhookJob } from './job.ts';
import { batchLimits } from './limits.ts';
import { queueWebhooks } from './queue-webhooks.ts';
import { readKept, runItem } from './run-item.ts';
import { sendWebhook } from './send-webhook.ts';
import { takeOver } from './take-over.ts';

interface HeldJob {
  taken: TakenJob<ItemsJob>;
  /** Items that are not finished. */
  left: number;
}

interface ReadyItem {
  job: HeldJob;
  item: ClaimedItem;
  kept?: StoredAnswer | null;
}

/** Runs the items of all batches, up to so many at once, until it is stopped. Any number of them may work on one database. */
export function startBatchWorker(
  context: EngineContext,
  { itemsAtOnceMax }: { itemsAtOnceMax: number },
): {
  /** Takes nothing more, lets what runs end for some seconds, and gives the rest back. */
  stop(): Promise<void>;
} {
  const { store, jobs, clock, log, gatewayId } = context;
  const stopping = new AbortController();
  const cutting = new AbortController();
  const ended = new AbortController();
  const held = new Map<string, HeldJob>();
  const ready: ReadyItem[] = [];
  const running = new Set<Promise<void>>();
  const sending = new Set<Promise<void>>();
  /** Jobs that ended here and are not told to the queue yet, which may be away. */
  let done: TakenJob<ItemsJob>[] = [];
  let unfinished: TakenJob<ItemsJob>[] = [];
  /** By account: items that wait for credits which others of it hold. */
  const waiting = new Map<number, number>();
  let isNews = false;
  let wake = () => {};

  const listening = store.listen(batchJobsChannel, news).catch((error: unknown) => {
    log.warn({ error: String(error) }, 'a batch that comes is noticed by polling alone');
    return null;
  });
  const awake = untilWork();
  // These say that what is held is still worked on, until the last of it has ended.
  const signs = [
    loop(ended.signal, batchLimits.workerBeatMilliseconds, () => heartbeat(store, { gatewayId })),
    loop(ended.signal, batchLimits.jobTouchMilliseconds, () => jobs.touch('batch-items', heldJobs())),
    loop(ended.signal, batchLimits.completeMilliseconds, closeJobs),
  ];
  const loops = [
    loop(stopping.signal, batchLimits.workerPollMilliseconds, () => takeOver(context)),
    loop(stopping.signal, batchLimits.superviseMilliseconds, () => jobs.supervise()),
    loop(stopping.signal, batchLimits.workerPollMilliseconds, sendWebhooks),
    loop(stopping.signal, 0, takeAndStart),
  ];

  function heldJobs(): TakenJob<ItemsJob>[] {
    return [...held.values()].map(({ taken }) => taken);
  }

  function news(): void {
    isNews = true;
    wake();
  }

  /** The queue is left alone, and not even made, until there is a batch. */
  async function untilWork(): Promise<void> {
    while (!stopping.signal.aborted) {
      const [row] = await store.query<{ work: boolean }>(workStatement, [batchLimits.webhookDaysMax]).catch(() => []);
      if (row?.work) return;
      await idle();
      isNews = false;
    }
  }

  /** One turn after the other until the end; a fault is logged and waited out. */
  async function loop(end: AbortSignal, milliseconds: number, turn: () => Promise<unknown>): Promise<void> {
    await awake;
    while (!end.aborted) {
      let wait = milliseconds;
      try {
        await turn();
      } catch (error) {
        log.warn({ error: String(error) }, 'a batch worker met a fault');
        wait = batchLimits.faultPauseMilliseconds;
      }
      await clock.sleep(wait, end).catch(() => {});
    }
  }

  async function takeAndStart(): Promise<void> {
    startReady();
    // As many again wait here: few large questions instead of one for each item that ends.
    const free = 2 * itemsAtOnceMax - running.size - ready.length;
    if (free <= itemsAtOnceMax / 2) return idle();
    isNews = false;
    // A job holds up to `itemsPerJobMax` items; what is too much for now waits here a moment.
    const sizes = [...held.values()].map(({ taken }) => taken.data.to - taken.data.from + 1);
    const count = Math.max(1, Math.floor(free / Math.max(1, ...sizes)));
    const taken = await jobs.take<ItemsJob>('batch-items', count, { except: accountsThatWait() });
    if (taken.length === 0) return idle();
    await claim(taken);
    startReady();
  }

  /** More of their items would wait as well, and keep those of others from running. */
  function accountsThatWait(): string[] {
    return [...waiting].filter(([, items]) => items >= batchLimits.waitingPerAccountMax).map(([id]) => String(id));
  }

  async function claim(taken: TakenJob<ItemsJob>[]): Promise<void> {
    for (const each of taken) held.set(each.id, { taken: each, left: 0 });
    try {
      const items = await claimItems(store, { jobs: taken.map(({ data }) => data), worker: gatewayId });
      const kept = await readKept(context, items);
      for (const item of items) {
        const job = held.get(jobOf(item, taken))!;
        job.left += 1;
        ready.push({ job, item, ...(kept.has(item) ? { kept: kept.get(item)! } : {}) });
      }
      done.push(...taken.filter(({ id }) => held.get(id)!.left === 0));
    } catch (error) {
      unfinished.push(...taken);
      throw error;
    }
  }

  function jobOf({ batchId, index, round }: ClaimedItem, taken: readonly TakenJob<ItemsJob>[]): string {
    return taken.find(
      ({ data }) => data.batchId === batchId && data.round === round && data.from <= index && index <= data.to,
    )!.id;
  }

  function startReady(): void {
    while (running.size < itemsAtOnceMax) {
      const next = ready.shift();
      if (!next) return;
      const run = start(next).finally(() => {
        running.delete(run);
        news();
      });
      running.add(run);
    }
  }

  async function start({ job, item, kept }: ReadyItem): Promise<void> {
    try {
      const onWait = (isWaiting: boolean) => {
        waiting.set(item.accountId, (waiting.get(item.accountId) ?? 0) + (isWaiting ? 1 : -1));
        if (waiting.get(item.accountId) === 0) waiting.delete(item.accountId);
      };
      await runItem(context, item, { signal: cutting.signal, onWait, ...(kept === undefined ? {} : { kept }) });
      job.left -= 1;
      if (job.left === 0) done.push(job.taken);
    } catch (error) {
      if (cutting.signal.aborted) return;
      log.warn({ error: String(error), batch: item.batchId, item: item.index }, 'an item of a batch is run again');
      // What else this job holds goes on; whoever takes it over finds the rest.
      unfinished.push(job.taken);
    }
  }

  /** Until there is news, or it is time to look again. */
  async function idle(): Promise<void> {
    if (isNews) return;
    const rest = new AbortController();
    wake = () => rest.abort();
    await clock
      .sleep(batchLimits.workerPollMilliseconds, AbortSignal.any([rest.signal, stopping.signal]))
      .catch(() => {});
    wake = () => {};
  }

  async function closeJobs(): Promise<void> {
    const [finished, returned] = [done, unfinished];
    [done, unfinished] = [[], []];
    try {
      await jobs.complete('batch-items', finished);
      await jobs.giveBack('batch-items', returned);
      for (const { id } of [...finished, ...returned]) held.delete(id);
    } catch (error) {
      done.push(...finished);
      unfinished.push(...returned);
      throw error;
    }
  }

  async function sendWebhooks(): Promise<void> {
    await queueWebhooks(context);
    const free = batchLimits.webhooksAtOnceMax - sending.size;
    if (free <= 0) return;
    // A receiver that hangs keeps no other one waiting.
    for (const job of await jobs.take<WebhookJob>('batch-webhooks', free)) {
      const delivery = sendWebhook(context, job)
        .catch((error: unknown) => log.warn({ error: String(error) }, 'a webhook is sent again later'))
        .finally(() => sending.delete(delivery));
      sending.add(delivery);
    }
  }

  return {
    async stop() {
      stopping.abort();
      const cut = setTimeout(() => cutting.abort(), batchLimits.stopMillisecondsMax);
      await Promise.all(loops);
      await Promise.all([...running, ...sending]);
      clearTimeout(cut);
      ended.abort();
      await Promise.all(signs);
      try {
        await closeJobs();
        if (held.size > 0) await jobs.giveBack('batch-items', heldJobs());
      } catch (error) {
        log.warn({ error: String(error) }, 'what a batch worker had could not be given back; others take it over');
      }
      await (await listening)?.();
    },
  };
}

const workStatement = {
  name: 'batch-work',
  text: `
select exists (select 1 from batches where finished_at is null and status in ('queued', 'running', 'cancelled'))
  or exists (
    select 1 from batches where webhook_url is not null and finished_at > now() - make_interval(days => $1::integer)
  ) as work`,
};
