import type { Answer } from './answer.ts';
import type { Coverage, Outcome } from './operation.ts';

/** A kept answer as the cache holds it: the text of `{ data, coverage }` and when it was fetched. */
export interface KeptAnswer {
  body: string;
  /** Milliseconds since the epoch. */
  fetchedAt: number;
}

interface KeptDocument<Data> {
  data: Data;
  coverage: Coverage;
}

/** Parsed once per kept row, as long as the row stays in memory. */
const parsedRows = new WeakMap<KeptAnswer, KeptDocument<object>>();

export function packAnswer<Data extends object>({ data, coverage }: Pick<Outcome<Data>, 'data' | 'coverage'>): string {
  return JSON.stringify({ data, coverage } satisfies KeptDocument<Data>);
}

/** A kept answer as an answer to this call: fitted to its input, free. */
export function answerFromKept<Data extends object, Input>(
  operation: { present?: (data: Data, input: Input, cached: boolean) => Data },
  input: Input,
  kept: KeptAnswer,
): Answer<Data> {
  let document = parsedRows.get(kept) as KeptDocument<Data> | undefined;
  if (!document) {
    document = JSON.parse(kept.body) as KeptDocument<Data>;
    parsedRows.set(kept, document);
  }
  const data = operation.present ? operation.present(document.data, input, true) : document.data;
  return {
    data,
    coverage: document.coverage,
    credits: { used: 0, remaining: null, cached: true, charges: [] },
    keptAs: data === document.data ? document : null,
  };
}
