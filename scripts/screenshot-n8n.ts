import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildPackage, installPackage, packageFolder, packPackage } from '../test/n8n/build-package.ts';
import { installHost } from '../test/n8n/install-host.ts';
import { startWorld } from '../test/n8n/start-world.ts';
import { chain, leadGen, node } from '../test/n8n/workflows.ts';
import { createWorkflow } from '../test/n8n/world.ts';

/**
 * Pictures of every operation's panel in a real n8n, for a person to look at; ends with exit code 1 where the console told an error.
 * Needs a Chromium (`CHROMIUM`, by default /usr/bin/chromium); its driver comes with n8n.
 */
const panels: Record<string, Record<string, unknown>> = {
  'lead-search': { resource: 'lead', operation: 'search', query: 'marketing agency new york' },
  'website-crawl': { resource: 'website', operation: 'crawl', domain: 'bright-marketing.home.arpa' },
  'ad-search': { resource: 'ad', operation: 'search', query: 'marketing agency' },
  'place-search': { resource: 'place', operation: 'search', keyword: 'restaurants new york' },
  'place-reviews': { resource: 'place', operation: 'getReviews', placeId: 'ChIJsandbox001' },
  'batch-submit': {
    resource: 'batch',
    operation: 'submit',
    batchOperation: 'websiteCrawl',
    batchInput: 'bright-marketing.home.arpa',
    options: { maxCredits: 100, waitSeconds: 30 },
  },
  'account-get': { resource: 'account', operation: 'get' },
  'account-quote': { resource: 'account', operation: 'quote', quoteInput: 'marketing agency new york' },
};

interface Page {
  goto(url: string, options?: object): Promise<void>;
  fill(selector: string, value: string, options?: object): Promise<void>;
  keyboard: { press(key: string): Promise<void> };
  waitForURL(test: (url: URL) => boolean, options?: object): Promise<void>;
  waitForSelector(selector: string, options?: object): Promise<void>;
  waitForTimeout(milliseconds: number): Promise<void>;
  click(selector: string, options?: object): Promise<void>;
  locator(selector: string): { dblclick(options: object): Promise<void> };
  screenshot(options: object): Promise<void>;
  on(event: 'console', listen: (message: { type(): string; text(): string }) => void): void;
}

await installPackage();
await buildPackage();
const packed = await packPackage();
const host = await installHost();
const world = await startWorld({ host, tarball: packed.tarball });
const { chromium } = createRequire(join(host, 'node_modules/.pnpm/node_modules/'))('playwright-core');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page: Page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
const complaints: string[] = [];
page.on('console', (message) => {
  // n8n itself looks for its own servers, which are switched off here.
  if (message.type() === 'error' && /leadgen/i.test(message.text())) complaints.push(message.text());
});
const folder = join(packageFolder, '../../docs/images/n8n');
await mkdir(folder, { recursive: true });

await page.goto(`${world.n8n.url}/signin`, { waitUntil: 'domcontentloaded' });
await page.fill('input[name=emailOrLdapLoginId], input[type=email]', 'owner@example.com', { timeout: 60_000 });
await page.fill('input[type=password]', 'Passw0rd-of-test');
await page.keyboard.press('Enter');
await page.waitForURL((url) => !url.pathname.includes('signin'), { timeout: 60_000 });
for (const [name, parameters] of Object.entries(panels)) {
  const start = node('Start', 'n8n-nodes-base.manualTrigger', {});
  const ours = { ...leadGen({ parameters, credential: world.credential }), position: [240, 0] as [number, number] };
  const id = await createWorkflow(world, chain(name, [start, ours]));
  await page.goto(`${world.n8n.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
  await page.waitForSelector('[data-test-id=canvas-node]', { timeout: 60_000 });
  await page.waitForTimeout(1_500);
  await page.click('[data-test-id=execute-workflow-button]');
  await page.waitForTimeout(4_000);
  await page.click('text=Got it', { timeout: 1_500 }).catch(() => {});
  await page.locator('[data-test-id=canvas-node][data-node-name="LeadGen"]').dblclick({ force: true });
  await page.waitForTimeout(2_500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`${name}.png`);
}
await browser.close();
await world.stop();
await packed.remove();
for (const complaint of complaints) console.log(`console: ${complaint}`);
process.exitCode = complaints.length > 0 ? 1 : 0;
