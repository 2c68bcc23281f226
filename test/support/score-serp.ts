import { readdirSync, readFileSync } from 'node:fs';
import { decodeRedirectLink, type ResultPage, readResultPage, type SearchEngine } from '@leadgen/engine';
import { fixture } from './fixtures.ts';

export const engines = ['google', 'bing', 'yahoo', 'duckduckgo'] as const satisfies SearchEngine[];

/** Counts over pages: right, wrong (found but not there), missing. */
export interface SerpScore {
  right: number;
  wrong: string[];
  missing: string[];
}

interface Expected {
  organic: { title: string; link: string; sitelink?: boolean }[];
  ads: { title: string | null; url: string; final_url: string | null; optional?: boolean }[];
  blocked?: unknown;
  no_results?: unknown;
}

export interface SerpPageScore {
  file: string;
  engine: SearchEngine;
  page: ResultPage;
  expectedClass: ResultPage['pageClass'];
  organic: SerpScore;
  ads: SerpScore;
}

/** Reads every saved result page and holds it against its truth; sitelinks and ads without a web landing page count neither way. */
export function scoreSerp(): SerpPageScore[] {
  return engines.flatMap((engine) =>
    readdirSync(fixture('serp', engine))
      .filter((file) => file.endsWith('.html'))
      .sort()
      .map((file) => scorePage(engine, file)),
  );
}

export function serpF1(scores: readonly SerpScore[]): number {
  const sum = (of: (score: SerpScore) => number) => scores.reduce((total, score) => total + of(score), 0);
  const right = sum((score) => score.right);
  return (2 * right) / (2 * right + sum((score) => score.wrong.length) + sum((score) => score.missing.length));
}

/** Where each engine's pages come from. */
export const engineAddress: Record<SearchEngine, string> = {
  google: 'https://www.google.com/search?q=x',
  bing: 'https://www.bing.com/search?q=x',
  yahoo: 'https://search.yahoo.com/search?p=x',
  duckduckgo: 'https://html.duckduckgo.com/html/?q=x',
};

function scorePage(engine: SearchEngine, file: string): SerpPageScore {
  const expected = JSON.parse(
    readFileSync(fixture('serp', engine, file.replace('.html', '.expected.json')), 'utf8'),
  ) as Expected;
  const html = readFileSync(fixture('serp', engine, file));
  const page = readResultPage({
    engine,
    html,
    url: engineAddress[engine],
    status: 200,
    contentType: 'text/html; charset=utf-8',
  });
  const expectedClass = expected.blocked ? 'blocked' : expected.no_results ? 'no_results' : 'ok';
  return {
    file,
    engine,
    page,
    expectedClass,
    organic: match(
      page.organic.map(({ title, link, sitelink }) => ({ title, links: [link], optional: sitelink === true })),
      expected.organic.map(({ title, link, sitelink }) => ({ title, links: [link], optional: sitelink === true })),
    ),
    ads: match(
      page.ads.map(({ title, url }) => ({ title, links: [url], optional: false })),
      expected.ads.map(({ title, url, final_url, optional }) => ({
        title: title ?? '',
        links: [...(final_url ?? '').split(','), decodeRedirectLink(url, engineAddress[engine])].filter(Boolean),
        optional: optional === true,
      })),
    ),
  };
}

interface Entry {
  title: string;
  links: string[];
  optional: boolean;
}

function match(found: Entry[], wanted: Entry[]): SerpScore {
  const score: SerpScore = { right: 0, wrong: [], missing: [] };
  const left = new Set(wanted);
  for (const entry of found) {
    const partner = [...left].find(
      (each) => sameTitle(each.title, entry.title) && each.links.some((link) => sameLink(link, entry.links[0]!)),
    );
    if (partner) {
      left.delete(partner);
      if (!partner.optional) score.right += 1;
    } else if (!entry.optional) score.wrong.push(`${entry.title} | ${entry.links[0]}`);
  }
  for (const each of left) if (!each.optional) score.missing.push(`${each.title} | ${each.links.join(' , ')}`);
  return score;
}

function sameTitle(one: string, other: string): boolean {
  const words = (text: string) =>
    new Set(
      text
        .toLowerCase()
        .normalize('NFKC')
        .match(/[\p{L}\p{N}]+/gu) ?? [],
    );
  const a = words(one);
  const b = words(other);
  if (a.size === 0 || b.size === 0) return one.trim() === other.trim();
  const common = [...a].filter((word) => b.has(word)).length;
  return common / Math.max(a.size, b.size) >= 0.6;
}

function sameLink(one: string, other: string): boolean {
  const shape = (link: string) => {
    if (!URL.canParse(link)) return link;
    const url = new URL(link);
    return { host: url.hostname.replace(/^www\./, ''), path: decode(url.pathname).replace(/\/+$/, '') };
  };
  const a = shape(one);
  const b = shape(other);
  if (typeof a === 'string' || typeof b === 'string') return one === other;
  return a.host === b.host && (a.path === b.path || a.path === '' || b.path === '');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
