/**
 * The tokens of a text in the encoding o200k_base. A token has a byte at least, so a text of few bytes needs no tokenizer: it is
 * loaded (a quarter of a second, 70 MB) with the first answer that could be too long.
 */
export async function countTokens(text: string): Promise<number> {
  const { countTokens: count } = await import('gpt-tokenizer');
  // Merging takes time in the square of an unbroken run; in parts it takes none, and the parts hold a few tokens more.
  const parts = unbrokenRun.test(text) ? text.match(parts64)! : [text];
  return parts.reduce((sum, part) => sum + count(part, asText), 0);
}

/** What a text can hold at most, without looking at it. */
export function tokensAtMost(text: string): number {
  return Buffer.byteLength(text);
}

/** The text of a special token is text like any other. */
const asText = { disallowedSpecial: new Set<string>() };
const unbrokenRun = /\p{L}{100}|[^\s\p{L}\p{N}]{100}|\s{100}/u;
const parts64 = /[\s\S]{1,64}/gu;
