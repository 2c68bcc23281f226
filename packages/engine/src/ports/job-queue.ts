/** Where a queue's statements run: the store itself, or a transaction of it. */
export interface SqlRunner {
  /** Runs one statement with values, or any number of statements without. */
  run(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
}

export interface NewJob {
  /** A UUID; a second job under the same one is left out. */
  id: string;
  data: object;
  /** Higher ones are taken first; equal ones by age. Default 0. */
  priority?: number;
  startAfterSeconds?: number;
  /** Jobs of a group can be passed over together. */
  group?: string;
}

export interface TakenJob<Data = object> {
  id: string;
  data: Data;
  /** Tells this taking from an earlier one, whose worker may still believe that it has the job. */
  attempt: number;
}

/** A durable queue in the store's own database. A job is taken by one worker at a time and comes back when that one falls silent. */
export interface JobQueue {
  /** Resolves once the queue's tables are there. Within a transaction it would be too late to make them. */
  ready(): Promise<void>;
  /** Adds jobs; within a transaction where `within` is given. */
  add(queue: QueueName, jobs: readonly NewJob[], options?: { within?: SqlRunner }): Promise<void>;
  /** Takes up to `max` jobs, but none of the groups `except`; none where nothing is due. */
  take<Data>(queue: QueueName, max: number, options?: { except?: readonly string[] }): Promise<TakenJob<Data>[]>;
  /** Says that these are still worked on. Without it for a quarter of a minute, others may take them. */
  touch(queue: QueueName, jobs: readonly TakenJob[]): Promise<void>;
  complete(queue: QueueName, jobs: readonly TakenJob[]): Promise<void>;
  /** Lets others take these at once; without an attempt, whoever has them now. */
  giveBack(queue: QueueName, jobs: readonly { id: string; attempt?: number }[]): Promise<void>;
  /** One round of its upkeep: jobs whose workers fell silent come back, old ones go. Any worker may do it at any time. */
  supervise(): Promise<void>;
  close(): Promise<void>;
}

export type QueueName = 'batch-items' | 'batch-webhooks';
