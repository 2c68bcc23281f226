import pg from 'pg';
import { startPostgres } from '../support/start-postgres.ts';
import { crawlBare, crawlByBatch, startSites } from './run-domains.ts';

/**
 * Batches beside the same crawls in a bare loop, as processes on a PostgreSQL of their own.
 *
 *   node test/scale/batches.ts [DOMAINS [ROUNDS [PAGES]]]
 *
 * DOMAINS (default 5,000) sites of PAGES (default 15) pages on this machine, two workers. Each round has the bare loop, the batch, and the batch while
 * a random worker is killed every five seconds.
 */
const [domains = 5_000, rounds = 1, pages = 15] = process.argv.slice(2).map(Number);
const workers = 2;
const postgres = await startPostgres();
const sites = await startSites(pages);

async function newDatabase(): Promise<string> {
  const name = `scale_${Date.now()}`;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

for (let round = 0; round < rounds; round += 1) {
  const { port } = sites;
  const bare = await crawlBare({ port, domains, workers });
  const calm = await crawlByBatch({ databaseUrl: await newDatabase(), port, domains, workers });
  const killed = await crawlByBatch({ databaseUrl: await newDatabase(), port, domains, workers, killEverySeconds: 5 });
  console.log(`bare loop: ${bare.toFixed(1)} s, ${(domains / bare).toFixed(1)} sites/s`);
  console.log(
    `batch: ${calm.seconds.toFixed(1)} s, throughput ${(bare / calm.seconds).toFixed(2)} of the bare loop`,
    calm,
  );
  console.log(
    `killed: ${killed.seconds.toFixed(1)} s, ${(killed.seconds / calm.seconds).toFixed(2)} of the time without`,
    killed,
  );
}
await sites.close();
await postgres.remove();
process.exit(0);
