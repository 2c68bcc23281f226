import { type Db, PgBoss } from 'pg-boss';
import type { JobQueue, QueueName, SqlRunner } from '../ports/job-queue.ts';
import type { Log } from '../ports/log.ts';

const limits = {
  heartbeatSeconds: 15,
  superviseSeconds: 5,
  /** A job may be taken this often; what kills its workers is given up by the batch long before. */
  retriesMax: 100,
  /** How long one taking may last: the longest call, many times. */
  expireSeconds: 3_600,
  doneJobsKeptSeconds: 600,
  waitingJobsKeptSeconds: 30 * 86_400,
} as const;

const queues: readonly QueueName[] = ['batch-items', 'batch-webhooks'];

/** pg-boss on the store's own connections, in a schema of its own. It is installed at the first use, not at the start. */
export function createPgBossQueue({
  sql,
  schema,
  embedded,
  log,
}: {
  sql: SqlRunner;
  schema: string;
  /** The store is PGlite: one session, which pg-boss has to know. */
  embedded: boolean;
  log: Log;
}): JobQueue {
  let boss: PgBoss | null = null;
  let starting: Promise<PgBoss> | null = null;

  function started(): Promise<PgBoss> {
    starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    });
    return starting;
  }

  async function start(): Promise<PgBoss> {
    const made = new PgBoss({
      db: asDb(sql),
      schema,
      backend: embedded ? 'pglite' : 'postgres',
      schedule: false,
      supervise: false,
      monitorIntervalSeconds: limits.superviseSeconds,
      maintenanceIntervalSeconds: limits.doneJobsKeptSeconds,
      registerInstance: false,
      openTelemetry: { enabled: false },
      reindex: !embedded,
      monitorVacuum: false,
    });
    made.on('error', (error) => log.warn({ error: error.message }, 'the job queue met an error'));
    made.on('warning', (warning) => log.debug({ warning: warning.message }, 'the job queue warns'));
    await made.start();
    for (const queue of queues) {
      await made.createQueue(queue, {
        heartbeatSeconds: limits.heartbeatSeconds,
        expireInSeconds: limits.expireSeconds,
        retryLimit: limits.retriesMax,
        retryDelay: 0,
        deleteAfterSeconds: limits.doneJobsKeptSeconds,
        retentionSeconds: limits.waitingJobsKeptSeconds,
      });
    }
    boss = made;
    return made;
  }

  const attempts = (jobs: readonly { id: string; attempt: number }[]) =>
    jobs.map(({ id, attempt }) => ({ id, retryCount: attempt }));

  return {
    async ready() {
      await started();
    },

    async add(queue, jobs, { within } = {}) {
      const target = await started();
      const rows = jobs.map(({ id, data, priority = 0, startAfterSeconds, group }) => ({
        id,
        data,
        priority,
        ...(startAfterSeconds === undefined ? {} : { startAfter: startAfterSeconds }),
        ...(group === undefined ? {} : { group: { id: group } }),
      }));
      await target.insert(queue, rows, within ? { db: asDb(within) } : {});
    },

    async take<Data>(queue: QueueName, max: number, { except = [] }: { except?: readonly string[] } = {}) {
      const source = await started();
      const jobs = await source.fetch<Data>(queue, {
        batchSize: max,
        includeMetadata: true,
        ignoreGroups: [...except],
      });
      return jobs.map(({ id, data, retryCount }) => ({ id, data, attempt: retryCount }));
    },

    async touch(queue, jobs) {
      if (jobs.length > 0) await (await started()).touch(queue, attempts(jobs));
    },

    async complete(queue, jobs) {
      if (jobs.length > 0) await (await started()).complete(queue, attempts(jobs));
    },

    async giveBack(queue, jobs) {
      if (jobs.length === 0) return;
      const owned = jobs.flatMap(({ id, attempt }) => (attempt === undefined ? [] : [{ id, attempt }]));
      const others = jobs.flatMap(({ id, attempt }) => (attempt === undefined ? [id] : []));
      const target = await started();
      if (owned.length > 0) await target.fail(queue, attempts(owned));
      if (others.length > 0) await target.fail(queue, others);
    },

    async supervise() {
      await (await started()).supervise();
    },

    async close() {
      await starting?.catch(() => {});
      await boss?.stop({ graceful: false });
    },
  };
}

function asDb(sql: SqlRunner): Db {
  return {
    async executeSql(text, values) {
      const { rows } = await sql.run(text, values);
      return { rows };
    },
  };
}
