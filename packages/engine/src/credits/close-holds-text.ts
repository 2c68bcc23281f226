/**
 * The statement that closes many pending holds without a charge. `$1` is how many at most, `$2` the time.
 * Locks: holds without waiting, then accounts in the order of their ids, then keys, each of which only changes under its
 * account's lock.
 */
export function closeHoldsText({ state, where }: { state: 'expired' | 'released'; where: string }): string {
  return `
with due as (
  select id from holds where state = 'pending' and ${where}
  order by expires_at limit $1::integer
  for update skip locked
), closed as (
  update holds h set state = '${state}', closed_at = $2::timestamptz
  from due where h.id = due.id and h.state = 'pending'
  returning h.account_id, h.key_id, h.amount
), locked as (
  select id from accounts where id in (select account_id from closed) order by id for no key update
), account as (
  update accounts a set held = a.held - s.amount
  from (
    select l.id, sum(c.amount)::bigint as amount
    from locked l join closed c on c.account_id = l.id group by l.id
  ) s
  where a.id = s.id
  returning a.id
), key as (
  update api_keys k set held = k.held - s.amount
  from (
    select c.key_id, sum(c.amount)::bigint as amount
    from account a join closed c on c.account_id = a.id group by c.key_id
  ) s
  where k.id = s.key_id
)
select count(*) as closed from closed`;
}
