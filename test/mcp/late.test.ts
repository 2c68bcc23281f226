import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('a start loads neither the SDK nor the tokenizer', async () => {
  const main = fileURLToPath(new URL('../../packages/graphql-gateway/src/main.ts', import.meta.url));
  const cli = fileURLToPath(new URL('../../packages/graphql-gateway/src/cli/main.ts', import.meta.url));
  const script = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
    await import(process.argv[1]);
    await import(process.argv[2]);
    console.log(urls.filter((url) => /modelcontextprotocol|gpt-tokenizer/.test(url)).length, urls.length);
    process.exit(0);
  `;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, main, cli]);
  const [late, all] = stdout.trim().split(' ').map(Number);
  expect(all).toBeGreaterThan(100);
  expect(late).toBe(0);
});
