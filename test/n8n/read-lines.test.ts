import { expect, test } from 'vitest';

// Of a CommonJS package, which this one's types don't reach into.
const path = new URL('../../packages/n8n-nodes-leadgen/nodes/gateway/read-lines.ts', import.meta.url).href;
const { readLines } = (await import(path)) as {
  readLines(body: AsyncIterable<Uint8Array>, lineCharactersMax: number): AsyncGenerator<string>;
};

const text = '{"name":"Müller €"}\n\n{"name":"two"}\n{"name":"three"}';

async function* streamOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

test('lines come whole, wherever the stream is cut', async () => {
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= bytes.length; size += 1) {
    const lines: string[] = [];
    for await (const line of readLines(streamOf(bytes, size), 1_000)) lines.push(line);
    expect(lines).toEqual(['{"name":"Müller €"}', '{"name":"two"}', '{"name":"three"}']);
  }
});

test('a line without end is refused before it takes memory', async () => {
  const bytes = new TextEncoder().encode('x'.repeat(10_000));
  const read = async () => {
    for await (const _line of readLines(streamOf(bytes, 100), 1_000)) throw new Error('there is no line');
  };
  await expect(read()).rejects.toThrow(RangeError);
});
