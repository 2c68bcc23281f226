import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { z } from 'zod';
import { ConfigError } from '../config.ts';

/** Persisted operations by their ids. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** What GraphQL clients write: `{ "<id>": "<document>" }`. */
const manifest = z.record(z.string().min(1).max(200), z.string());

/**
 * The documents of a folder: of `name.graphql` the ids are `name` and the SHA-256 of the text in hex; a `.json` file is a list of
 * documents by their ids, as gql.tada and GraphQL Code Generator write it. Throws `ConfigError` for what can't be read or run.
 */
export function readTrustedDocuments(folder: string, schema: GraphQLSchema): TrustedDocuments {
  const documents = new Map<string, string>();
  const refuse = (what: string): never => {
    throw new ConfigError(`LEADGEN_TRUSTED_DOCUMENTS: ${what}`);
  };
  const add = (file: string, id: string, text: string) => {
    const fault = faultOf(text, schema);
    if (fault !== null) refuse(`${file}: ${fault}`);
    if (documents.has(id) && documents.get(id) !== text) refuse(`${file}: another document has the id ${id}`);
    documents.set(id, text);
  };
  try {
    for (const file of readdirSync(folder).sort()) {
      const extension = extname(file);
      if (extension !== '.graphql' && extension !== '.json') continue;
      const text = readFileSync(join(folder, file), 'utf8');
      if (extension === '.graphql') {
        add(file, file.slice(0, -extension.length), text);
        add(file, createHash('sha256').update(text).digest('hex'), text);
        continue;
      }
      const listed = manifest.safeParse(parseJson(text));
      if (!listed.success) refuse(`${file}: it is not an object of documents by their ids`);
      for (const [id, document] of Object.entries(listed.data ?? {})) add(file, id, document);
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    refuse(`${folder} can't be read: ${(error as Error).message}`);
  }
  if (documents.size === 0) refuse(`${folder} has no .graphql and no .json file with documents`);
  return documents;
}

function faultOf(text: string, schema: GraphQLSchema): string | null {
  try {
    return validate(schema, parse(text))[0]?.message ?? null;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
