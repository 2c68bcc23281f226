/** A stream as n8n gives it. */
export interface ByteStream extends AsyncIterable<Uint8Array | string> {
  destroy(error?: Error): unknown;
}

/** The lines of UTF-8 text as they come. Throws where one has more than `lineCharactersMax` characters. */
export async function* readLines(body: ByteStream, lineCharactersMax: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const piece = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    rest += piece;
    if (piece.includes('\n')) {
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield line;
    }
    if (rest.length > lineCharactersMax) throw new RangeError(`a line of more than ${lineCharactersMax} characters`);
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest;
}

/** The beginning of a stream as text; the stream is closed. */
export async function readBeginning(body: ByteStream, bytesMax: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length >= bytesMax) break;
  }
  return text.slice(0, bytesMax);
}
