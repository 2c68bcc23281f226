import { request } from 'undici';
import { type GatewayConfig, isLoopback } from '../config.ts';
import { type HealthCheck, healthCheck } from './health-check.ts';
import { cliLimits } from './limits.ts';

/** Asks the gateway of these settings, if it runs, whether it is ready and which providers it has set aside. */
export async function checkGateway(
  { host, port, adminToken }: GatewayConfig,
  signal: AbortSignal,
): Promise<HealthCheck[]> {
  const name = isLoopback(host) || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const base = `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
  const headers = adminToken === null ? {} : { authorization: `Bearer ${adminToken}` };
  const ask = async (path: string) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(cliLimits.gatewayMillisecondsMax)]);
    const { statusCode, body } = await request(base + path, { headers, signal: within });
    return { status: statusCode, text: (await body.text()).slice(0, cliLimits.metricsCharactersMax) };
  };
  let readiness: { status: number; text: string };
  try {
    readiness = await ask('/readyz');
  } catch {
    return [healthCheck('gateway', 'ok', `None runs at ${base}.`)];
  }
  const says = /"status":"([a-z ]{1,40})"/.exec(readiness.text)?.[1];
  if (says === undefined)
    return [healthCheck('gateway', 'warning', `What runs at ${base} is no gateway.`, 'Set another PORT.')];
  const checks = [
    readiness.status === 200
      ? healthCheck('gateway', 'ok', `It runs at ${base} and is ready.`)
      : healthCheck('gateway', 'failed', `It runs at ${base} and is not ready: ${says}.`, 'See its log.'),
  ];
  const metrics = await ask('/metrics').catch(() => null);
  // One line of the Prometheus text; the label is a bounded negated class, which cannot backtrack.
  for (const [, provider] of (metrics?.text ?? '').matchAll(
    /^leadgen_provider_set_aside\{provider="([^"\n]{1,50})"\} 1$/gm,
  )) {
    const detail = `The gateway has set ${provider} aside after failures in a row.`;
    checks.push(
      healthCheck(`provider ${provider}`, 'failed', detail, 'Run `leadgen doctor serp`; it is tried again by itself.'),
    );
  }
  return checks;
}
