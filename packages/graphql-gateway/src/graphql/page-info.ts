import { LeadGenError } from '@leadgen/engine';
import { builder } from './builder.ts';

export const pageInfo = builder.objectRef<{ hasNextPage: boolean; endCursor: string | null }>('PageInfo').implement({
  description: 'Whether a connection goes on.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there are more.' }),
    endCursor: t.exposeString('endCursor', { nullable: true, description: 'Pass it as `after` for the next page.' }),
  }),
});

/** `first` of a connection: 0 to `most`. */
export function readFirst(
  first: number | null | undefined,
  { byDefault, most }: { byDefault: number; most: number },
): number {
  const count = first ?? byDefault;
  if (count < 0 || count > most) throw new LeadGenError('invalid_param', `Parameter: first: from 0 to ${most}.`);
  return count;
}
