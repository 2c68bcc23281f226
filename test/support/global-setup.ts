import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { scratchFolder } from './scratch-folder.ts';
import { startChild } from './start-child.ts';
import { startPostgres, type TestPostgres } from './start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers `/postgres` with the URL of the run's server, `/embedded` with a folder to copy. Either is made when first asked for. */
    databasesDoor: string;
  }
}

/** One PostgreSQL and one embedded database to copy for the whole run, made only when a test asks for them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let postgres: Promise<TestPostgres> | undefined;
  let embedded: Promise<string> | undefined;
  const door = createServer(async (request, response) => {
    try {
      if (request.url === '/postgres') {
        postgres ??= startPostgres();
        response.end((await postgres).url);
      } else {
        embedded ??= makeEmbedded();
        response.end(await embedded);
      }
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  project.provide('databasesDoor', `http://127.0.0.1:${address.port}`);
  return async () => {
    door.close();
    door.closeAllConnections();
    await (await postgres)?.remove();
    if (embedded) await rm(await embedded, { recursive: true, force: true });
  };
}

async function makeEmbedded(): Promise<string> {
  const folder = await scratchFolder('leadgen-embedded-');
  await startChild('make-embedded.ts', folder);
  return folder;
}
