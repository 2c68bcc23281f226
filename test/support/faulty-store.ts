import type { Store } from '../../packages/engine/src/store/store.ts';

/** A store whose statements fail as with a lost connection while `isDown` says so of their name. */
export function faultyStore(store: Store, isDown: (statement: string) => boolean): Store {
  return {
    ...store,
    async query<Row>(statement: Parameters<Store['query']>[0], values: readonly unknown[]): Promise<Row[]> {
      if (isDown(statement.name)) {
        throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
      }
      return store.query<Row>(statement, values);
    },
  };
}
