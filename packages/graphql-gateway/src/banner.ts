import { operations } from '@leadgen/engine';
import { type GatewayConfig, isLoopback } from './config.ts';
import type { Sandbox } from './sandbox/start-sandbox.ts';

/** What a start prints: where it listens, whether answers are invented, and one request per operation that works when pasted. */
export function banner({
  config,
  port,
  sandbox,
}: {
  config: GatewayConfig;
  port: number;
  sandbox: Sandbox | null;
}): string {
  const base = `http://${isLoopback(config.host) ? '127.0.0.1' : config.host}:${port}`;
  const lines = [
    '',
    `LeadGen Engine listens on ${base}`,
    `  REST      ${base}/api/v1/…   reference: ${base}/`,
    `  GraphQL   ${base}/graphql`,
    '',
  ];
  if (sandbox) {
    lines.push(
      'SANDBOX: answers are invented on this machine; no upstream is asked. Demo account: user 1, key "demo".',
      'Try:',
      '',
    );
    for (const { title, path, query } of sandbox.examples) {
      const parameters = new URLSearchParams({ api_key: 'demo', user_id: '1', ...query });
      lines.push(`  # ${title}`, `  curl '${base}/api/v1${path}?${parameters}'`, '');
    }
    lines.push('Go live: set SCRAPERAPI_KEY, SEARXNG_URL or GOOGLE_PLACES_KEY (README, Configuration).', '');
  } else {
    lines.push(
      'Live. Create an account, and keep the key that it prints:',
      '',
      '  npx -y pnpm@12 leadgen account create --user-id 1 --credits 1000',
      '',
      `Then: curl '${base}/api/v1${operations[0]?.path}?api_key=KEY&user_id=1&query=marketing+agency+new+york'`,
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}
