import { CompiledQuery, type Transaction } from 'kysely';
import type { SqlRunner } from '../ports/job-queue.ts';
import type { StoreTables } from './schema.ts';

/** Runs a queue's statements within a transaction of the store. */
export function sqlRunner(transaction: Transaction<StoreTables>): SqlRunner {
  return {
    run: (text, values = []) => transaction.executeQuery(CompiledQuery.raw(text, [...values])),
  };
}
