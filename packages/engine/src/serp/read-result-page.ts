import { decodePage } from '../contacts/decode-page.ts';
import type { SearchEngine } from '../ports/serp-provider.ts';
import { classifyPage, countAdLabels } from './classify-page.ts';
import { parseBing } from './parse-bing.ts';
import { parseDuckDuckGo } from './parse-duckduckgo.ts';
import { parseGoogle } from './parse-google.ts';
import { parseYahoo } from './parse-yahoo.ts';
import { readDocument } from './result-document.ts';
import type { ResultPage } from './result-page.ts';

export type { ResultPage } from './result-page.ts';

const parsers = { google: parseGoogle, bing: parseBing, yahoo: parseYahoo, duckduckgo: parseDuckDuckGo };

/**
 * Reads a result page: what it is, its organic results, its ads. Never throws; no organic result without the page's own word for it is
 * `unknown_layout`, never an empty list.
 */
export function readResultPage({
  engine,
  html,
  url,
  status,
  contentType,
}: {
  engine: SearchEngine;
  html: Uint8Array | string;
  /** The address that answered. */
  url: string;
  status: number;
  contentType: string;
}): ResultPage {
  const document = readDocument(typeof html === 'string' ? html : decodePage(html, contentType));
  const parsed = parsers[engine](document, url);
  const judged = classifyPage(document, { engine, url, status, parsed });
  const isReadable = judged.pageClass === 'ok' || judged.pageClass === 'no_results';
  return {
    ...parsed,
    ...judged,
    ads: isReadable ? parsed.ads : [],
    adLabelCount: countAdLabels(document),
  };
}
