import { LeadGenError, type LedgerEntry, ledgerEntries, type Store, showAccount } from '@leadgen/engine';
import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { integerArgument, userIdArgument } from './integer-argument.ts';
import { jsonText } from './json-text.ts';
import { addJsonOption, type OutputOptions } from './output-options.ts';
import { tableText } from './table-text.ts';
import { withStore } from './with-store.ts';

/** `leadgen ledger USER_ID`: every entry, newest first, page by page, however many there are. */
export function addLedgerCommand(program: Command, cli: Cli): void {
  addJsonOption(program.command('ledger'))
    .description('what was granted and used, newest first')
    .argument('<user-id>', 'the account', userIdArgument)
    .option('--limit <number>', 'entries at most (default: all)', integerArgument())
    .action((accountId: number, options: OutputOptions & { limit?: number }) =>
      withStore(cli, async ({ store }) => {
        if (!(await showAccount(store, accountId)))
          throw new LeadGenError('invalid_param', `There is no account ${accountId}.`);
        const pages = ledgerPages(store, { accountId, limit: options.limit ?? Number.POSITIVE_INFINITY });
        await (options.json ? printJson(cli, pages) : printTables(cli, pages));
      }),
    );
}

async function* ledgerPages(
  store: Store,
  { accountId, limit }: { accountId: number; limit: number },
): AsyncGenerator<LedgerEntry[]> {
  let left = limit;
  let beforeId: number | null = null;
  while (left > 0) {
    const page: LedgerEntry[] = await ledgerEntries(store, {
      accountId,
      beforeId,
      ...(Number.isFinite(left) ? { limit: left } : {}),
    });
    const last = page.at(-1);
    if (!last) return;
    yield page;
    left -= page.length;
    beforeId = last.id;
  }
}

async function printJson(cli: Cli, pages: AsyncIterable<LedgerEntry[]>): Promise<void> {
  let isFirst = true;
  await cli.terminal.print('{"entries":[');
  for await (const page of pages) {
    const text = page.map((entry) => jsonText(rowOf(entry))).join(',');
    await cli.terminal.print(isFirst ? text : `,${text}`);
    isFirst = false;
  }
  await cli.terminal.print(']}\n');
}

async function printTables(cli: Cli, pages: AsyncIterable<LedgerEntry[]>): Promise<void> {
  let isEmpty = true;
  for await (const page of pages) {
    isEmpty = false;
    const rows = page.map((entry) => [
      entry.id,
      entry.at.toISOString(),
      entry.kind,
      entry.amount,
      entry.balanceAfter,
      entry.operation,
      entry.note ?? chargeLines(entry.charges),
    ]);
    await cli.terminal.print(
      tableText(['id', 'at', 'kind', 'amount', 'balance', 'operation', 'for'], rows, cli.terminal),
    );
  }
  if (isEmpty) await cli.terminal.print('No entries.\n');
}

function rowOf(entry: LedgerEntry) {
  return {
    id: entry.id,
    at: entry.at,
    kind: entry.kind,
    amount: entry.amount,
    balance_after: entry.balanceAfter,
    operation: entry.operation,
    request_id: entry.requestId,
    charges: entry.charges,
    note: entry.note,
  };
}

function chargeLines(charges: unknown[] | null): string[] {
  return (
    (charges as { item?: unknown; credits?: unknown }[] | null)?.map((each) => `${each.credits} ${each.item}`) ?? []
  );
}
