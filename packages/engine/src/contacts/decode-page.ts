/** The text of a page: charset from the byte order mark, the header, the first kilobytes' meta, else UTF-8 (windows-1252 where that fails). */
export function decodePage(body: Uint8Array, contentType: string): string {
  const label = bomCharset(body) ?? headerCharset(contentType) ?? metaCharset(body);
  if (label) {
    try {
      return new TextDecoder(label).decode(body);
    } catch {
      // An unknown label is treated as none.
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return new TextDecoder(mostlyUtf8(body) ? 'utf-8' : 'windows-1252').decode(body);
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

/** A cut or dirty UTF-8 page has few bad bytes; a windows-1252 page has bad ones at every accent. */
function mostlyUtf8(body: Uint8Array): boolean {
  const sample = new TextDecoder().decode(body.subarray(0, 200_000));
  const bad = sample.split('\ufffd').length - 1;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for.
  const accents = sample.replace(/[\u0000-\u007f\ufffd]/g, '').length;
  return bad * 4 < accents;
}
