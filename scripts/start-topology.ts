import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startTopology } from '../test/support/start-topology.ts';

/**
 * The topology of compose.yaml as processes, where no engine runs containers: PostgreSQL, gateways behind a proxy, workers.
 *   node scripts/start-topology.ts [--gateways 2] [--workers 3] [--port 8080]
 * DATABASE_URL: that server instead of one of its own. Every other setting passes on to all processes. Ctrl-C ends them.
 */
// In a group of its own: Ctrl-C in a terminal reaches all of a group, and everything here has to end in its order.
if (!process.env.LEADGEN_TEST_TOPOLOGY) {
  const script = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [script, ...process.argv.slice(2)], {
    detached: true,
    stdio: 'inherit',
    env: { ...process.env, LEADGEN_TEST_TOPOLOGY: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  process.exit(code ?? 1);
}

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '2' },
    workers: { type: 'string', default: '3' },
    port: { type: 'string', default: '8080' },
  },
});
const ours = /^(LEADGEN_|SERP_|SCRAPERAPI_|SEARXNG_|GOOGLE_PLACES_|LICENSE_|AMEMBER_)/;
const environment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => ours.test(entry[0]) && entry[1] !== ''),
);
const topology = await startTopology({
  ...(process.env.DATABASE_URL ? { databaseUrl: process.env.DATABASE_URL } : {}),
  gateways: Number(values.gateways),
  workers: Number(values.workers),
  port: Number(values.port),
  environment,
});
const lines = [
  `proxy     ${topology.url}`,
  ...topology.gateways.map(({ url, pid }) => `gateway   ${url}   process ${pid}`),
  ...topology.workers.map(({ pid }) => `worker    process ${pid}`),
  `database  ${topology.databaseUrl.replace(/:[^:@/]+@/, ':…@')}`,
  '',
  `curl '${topology.url}/api/v1/search.php?api_key=demo&user_id=1&query=marketing+agency+new+york'`,
];
process.stdout.write(`${lines.join('\n')}\n`);
const end = () =>
  void topology.stop().then((codes) => {
    process.stdout.write(`ended: ${codes.join(', ')}\n`);
    process.exit(codes.every((code) => code === 0) ? 0 : 1);
  });
process.once('SIGINT', end);
process.once('SIGTERM', end);
