import { countedAccount, type Log, ledgerViolations, pendingMigrations } from '@leadgen/engine';
import type { GatewayConfig } from '../config.ts';
import { openWiredStore } from '../wiring.ts';
import { errorParts } from './error-parts.ts';
import { type HealthCheck, healthCheck } from './health-check.ts';

export interface DatabaseReport {
  checks: HealthCheck[];
  violations: { rule: string; user_id: number; detail: string }[];
}

/** Whether the database answers, its schema is up to date and its books add up. Changes nothing. */
export async function checkDatabase(config: GatewayConfig, log: Log): Promise<DatabaseReport> {
  const checks: HealthCheck[] = [];
  const violations: DatabaseReport['violations'] = [];
  const where = config.databaseUrl === null ? `embedded, in ${config.dataDir}` : 'PostgreSQL';
  try {
    const store = await openWiredStore(config, log, { opener: 'command', migrates: false });
    try {
      const pending = await pendingMigrations(store);
      checks.push(healthCheck('database', 'ok', `It answers (${where}).`));
      if (pending.length > 0) {
        // A start brings it up to date by itself; a gateway that runs on it nevertheless says that it is not ready.
        const detail = `${pending.length} migrations are pending.`;
        checks.push(healthCheck('schema', 'warning', detail, 'Run `leadgen migrate`, or start the gateway.'));
        return { checks, violations };
      }
      checks.push(healthCheck('schema', 'ok', 'Up to date.'));
      for (const { rule, accountId, detail } of await ledgerViolations(store))
        violations.push({ rule, user_id: accountId, detail });
      checks.push(ledgerCheck(violations));
      const { open } = await countedAccount(store, null);
      checks.push(
        open > 0 || config.upstream === 'sandbox' || config.amember !== null
          ? healthCheck('accounts', 'ok', `${open} open.`)
          : healthCheck(
              'accounts',
              'warning',
              'There is none.',
              'Run `leadgen account create --user-id 1 --credits 1000`.',
            ),
      );
    } finally {
      await store.close();
    }
  } catch (error) {
    const setting = config.databaseUrl === null ? 'LEADGEN_DATA_DIR' : 'DATABASE_URL';
    const { message } = errorParts(error);
    checks.push(healthCheck('database', 'failed', `${message} (${where})`, `Check ${setting}.`));
  }
  return { checks, violations };
}

function ledgerCheck(violations: DatabaseReport['violations']): HealthCheck {
  const [first] = violations;
  if (!first) return healthCheck('ledger', 'ok', 'It adds up.');
  return healthCheck(
    'ledger',
    'failed',
    `${violations.length} contradictions; the first: ${first.rule} (account ${first.user_id}: ${first.detail}).`,
    'Stop the gateways, keep a copy of the database, and report it.',
  );
}
