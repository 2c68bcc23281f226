import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { bareEnvironment } from '../support/run-leadgen.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { leftOut } from './conformance-left-out.ts';

/** A command without a module: its file is run. */
const script = fileURLToPath(
  new URL('../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url),
);

let opened: TestStore;
let gateway: TestGateway;
let keyed: { url: string; close(): void };
let folder: string;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store);
  const { api_key } = await gateway.account();
  keyed = await startKeyed(gateway.port, api_key);
  folder = await scratchFolder('leadgen-conformance-');
});
afterAll(async () => {
  keyed?.close();
  await gateway?.close();
  await opened?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('every server scenario of the conformance tool passes, or is left out with a reason', async () => {
  const scenarios = await listed();
  expect(scenarios.length).toBeGreaterThan(20);
  expect(Object.keys(leftOut).filter((name) => !scenarios.includes(name))).toEqual([]);
  const outcomes: Record<string, boolean> = {};
  for (const name of scenarios) {
    const { code } = await conformance(['server', '--url', keyed.url, '--scenario', name, '-o', folder]);
    outcomes[name] = code === 0;
  }
  const failed = scenarios.filter((name) => !outcomes[name]);
  expect(failed.filter((name) => !(name in leftOut))).toEqual([]);
  // What passes has no place on the list.
  expect(scenarios.filter((name) => outcomes[name] && name in leftOut)).toEqual([]);
}, 300_000);

/** The names that the tool itself lists for servers. */
async function listed(): Promise<string[]> {
  const { stdout } = await conformance(['list']);
  const [servers = ''] = stdout.split('Client scenarios');
  return [...servers.matchAll(/^ {2}- (\S+)/gm)].map(([, name]) => name!);
}

function conformance(args: string[]): Promise<{ code: number | null; stdout: string }> {
  const child = spawn(process.execPath, [script, ...args], { env: bareEnvironment(), cwd: folder });
  return new Promise((resolve) => {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.resume();
    child.once('close', (code) => resolve({ code, stdout }));
  });
}

/** The tool knows no keys: a way in that adds one to every request and changes nothing else. */
async function startKeyed(port: number, apiKey: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const headers = { ...request.headers, authorization: `Bearer ${apiKey}` };
    const onward = ask({ port, path: request.url, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
