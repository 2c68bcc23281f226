import { LeadGenError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { accountLimits } from './limits.ts';

/** A saved query for `code=`. An account's own hides everybody's of the same code. */
export interface Recipe {
  /** Null = everybody's. */
  accountId: number | null;
  code: string;
  query: string;
}

/** Saves a recipe, in the place of an earlier one of the same code. False where there is no such account, or it has too many. */
export async function setRecipe(
  store: Store,
  { accountId, code, query, now }: Recipe & { now: Date },
): Promise<boolean> {
  const values = [accountId, tidy('code', code), tidy('query', query), now, accountLimits.recipesPerAccountMax];
  return (await store.query(setStatement, values)).length > 0;
}

/** An account's recipes, or everybody's (`accountId` null), by code. */
export async function listRecipes(store: Store, { accountId }: { accountId: number | null }): Promise<Recipe[]> {
  return store.query<Recipe>(listStatement, [accountId, accountLimits.recipesPerAccountMax]);
}

/** Removes an account's recipe, or everybody's (`accountId` null). False where there is none. */
export async function removeRecipe(
  store: Store,
  { accountId, code }: { accountId: number | null; code: string },
): Promise<boolean> {
  return (await store.query(removeStatement, [accountId, code.trim()])).length > 0;
}

/** The query behind a code as this account sees it; null where there is none. */
export async function resolveRecipe(
  store: Store,
  { accountId, code }: { accountId: number; code: string },
): Promise<string | null> {
  const [row] = await store.query<{ query: string }>(resolveStatement, [accountId, code.trim()]);
  return row?.query ?? null;
}

function tidy(name: 'code' | 'query', text: string): string {
  const limit = name === 'code' ? accountLimits.recipeCodeCharactersMax : accountLimits.recipeQueryCharactersMax;
  const tidied = text.trim();
  const problem =
    tidied === ''
      ? 'it is empty'
      : tidied.length > limit
        ? `at most ${limit} characters`
        : tidied.includes('\0') && 'it holds a NUL';
  if (problem) throw new LeadGenError('invalid_param', `Parameter: ${name}: ${problem}.`);
  return tidied;
}

const setStatement = {
  name: 'set-recipe',
  text: `
insert into recipes (account_id, code, query, created_at)
select $1::bigint, $2::text, $3::text, $4::timestamptz
where ($1::bigint is null or exists (select 1 from accounts where id = $1::bigint and closed_at is null))
  and (
    exists (select 1 from recipes where account_id is not distinct from $1::bigint and code = $2::text)
    or (select count(*) from recipes where account_id is not distinct from $1::bigint) < $5::integer
  )
on conflict (account_id, code) do update set query = excluded.query
returning id`,
};
const listStatement = {
  name: 'list-recipes',
  text: `
select account_id as "accountId", code, query from recipes
where account_id is not distinct from $1::bigint order by code limit $2::integer`,
};
const removeStatement = {
  name: 'remove-recipe',
  text: `delete from recipes where account_id is not distinct from $1::bigint and code = $2::text returning id`,
};
const resolveStatement = {
  name: 'resolve-recipe',
  text: `
select query from recipes where code = $2::text and (account_id = $1::bigint or account_id is null)
order by account_id nulls last limit 1`,
};
