import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** An empty database on a server; answers its URL. */
export async function createTestDatabaseOn(serverUrl: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
