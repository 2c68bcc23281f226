import { isUtf8 } from 'node:buffer';

/**
 * The encoding of a page: byte order mark, header, a `meta` in the first kilobytes, else UTF-8 where its bytes are mostly that, else windows-1252. A
 * label that nobody knows is treated as none.
 */
export function pageEncoding(body: Uint8Array, contentType: string): string {
  for (const label of [bomCharset(body), headerCharset(contentType), metaCharset(body)]) {
    const encoding = label === null ? null : knownEncoding(label);
    if (encoding !== null) return encoding;
  }
  return isUtf8(body) || mostlyUtf8(body) ? 'utf-8' : 'windows-1252';
}

/** The text of a page, whatever its encoding. */
export function decodePage(body: Uint8Array, contentType: string): string {
  return new TextDecoder(pageEncoding(body, contentType)).decode(body);
}

/** The encoding's own name; null for a label that nobody knows. */
function knownEncoding(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

function bomCharset(body: Uint8Array): string | null {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  return null;
}

function headerCharset(contentType: string): string | null {
  return /charset\s{0,4}=\s{0,4}["']?([\w:.-]{1,40})/i.exec(contentType)?.[1] ?? null;
}

const metaBytesMax = 4096;

function metaCharset(body: Uint8Array): string | null {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, metaBytesMax)).toString('latin1');
  const label = /<meta[^>]{0,200}?charset\s{0,4}=\s{0,4}["']?\s{0,4}([\w:.-]{1,40})/i.exec(head)?.[1] ?? null;
  // A page that could be read as ASCII up to here is not UTF-16, whatever it says (WHATWG).
  return label && /^utf-?16/i.test(label) ? 'utf-8' : label;
}

const sampleBytesMax = 200_000;

/** A cut or dirty UTF-8 page has few bad bytes; a windows-1252 page has bad ones at every accent. */
function mostlyUtf8(body: Uint8Array): boolean {
  const sample = new TextDecoder().decode(body.subarray(0, sampleBytesMax));
  const bad = sample.split('\ufffd').length - 1;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for.
  const accents = sample.replace(/[\u0000-\u007f\ufffd]/g, '').length;
  return bad * 4 < accents;
}
