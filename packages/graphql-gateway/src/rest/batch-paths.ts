import type { ResultForm } from '../batches/result-texts.ts';

export function isBatchPath(path: string): boolean {
  return path === '/batches' || path.startsWith('/batches/');
}

/** What a path below `/batches` names. */
export interface BatchRoute {
  methods: readonly string[];
  /** Null: the collection. */
  id: string | null;
  form: ResultForm | null;
}

export function batchRouteOf(path: string): BatchRoute | null {
  if (path === '/batches') return { methods: ['POST'], id: null, form: null };
  const [, id, form] = /^\/batches\/([^/]{1,100})(?:\/results\.(jsonl|csv|json))?$/.exec(path) ?? [];
  if (id === undefined) return null;
  if (form === undefined) return { methods: ['GET', 'HEAD', 'DELETE'], id, form: null };
  return { methods: ['GET', 'HEAD'], id, form: form as ResultForm };
}
