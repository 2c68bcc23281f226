import type { Command } from 'commander';
import { type GatewayConfig, readConfig } from '../config.ts';
import { wireUpstreamChecks } from '../wiring.ts';
import { checkDatabase } from './check-database.ts';
import { checkGateway } from './check-gateway.ts';
import { checkSettings } from './check-settings.ts';
import type { Cli } from './cli.ts';
import { createCommandLog } from './create-command-log.ts';
import { addDoctorSerpCommand } from './doctor-serp.ts';
import { errorParts } from './error-parts.ts';
import { type HealthCheck, healthCheck } from './health-check.ts';
import { cliLimits } from './limits.ts';
import { addJsonOption, type OutputOptions, printAnswer } from './output-options.ts';
import { tableText } from './table-text.ts';

/** `leadgen doctor`: settings, database, ledger, every upstream and key; exit code 1 when something is wrong. */
export function addDoctorCommand(program: Command, cli: Cli): void {
  const doctor = addJsonOption(program.command('doctor'))
    .description('check settings, database, ledger and every upstream, and say what is wrong')
    .action(async (options: OutputOptions) => {
      const { checks, violations } = await examine(cli);
      const isFine = checks.every(({ status }) => status !== 'failed');
      await printAnswer(cli, options, {
        json: () => ({ ok: isFine, checks, ledger: { violations: violations.length, details: violations } }),
        text: () => checksText(checks, cli.terminal),
      });
      if (!isFine) process.exitCode = 1;
    });
  addDoctorSerpCommand(doctor, cli);
}

async function examine(cli: Cli) {
  let config: GatewayConfig;
  try {
    config = readConfig(cli.env);
  } catch (error) {
    const { message } = errorParts(error);
    return { checks: [healthCheck('settings', 'failed', message, 'Correct the environment.')], violations: [] };
  }
  const signal = AbortSignal.any([cli.signal, AbortSignal.timeout(cliLimits.checkMillisecondsMax)]);
  const log = createCommandLog(cli, config);
  const [database, upstreams, gateway] = await Promise.all([
    checkDatabase(config, log),
    Promise.all(wireUpstreamChecks(config).map((check) => checkUpstream(check, signal))),
    checkGateway(config, signal),
  ]);
  return {
    checks: [...checkSettings(config), ...database.checks, ...upstreams, ...gateway],
    violations: database.violations,
  };
}

async function checkUpstream(
  { name, run }: ReturnType<typeof wireUpstreamChecks>[number],
  signal: AbortSignal,
): Promise<HealthCheck> {
  const { isFine, detail, advice } = await run(signal);
  return healthCheck(name, isFine ? 'ok' : 'failed', detail, advice);
}

function checksText(checks: HealthCheck[], { width }: { width: number }): string {
  const table = tableText(
    ['', 'what', 'found', 'to do'],
    checks.map(({ name, status, detail, advice }) => [status, name, detail, advice ?? '']),
    { width },
  );
  const failed = checks.filter(({ status }) => status === 'failed').length;
  return `${table}${failed === 0 ? 'Nothing is wrong.' : `${failed} wrong.`}\n`;
}
