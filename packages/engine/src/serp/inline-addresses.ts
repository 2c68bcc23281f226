import { serpLimits } from './limits.ts';
import type { ResultDocument } from './result-document.ts';

/** Web addresses in the scripts of a page, by host without `www.`: some pages of 2026 still hold there what their links hide. */
export function inlineAddresses({ elements }: ResultDocument): ReadonlyMap<string, ReadonlySet<string>> {
  const byHost = new Map<string, Set<string>>();
  let charactersLeft: number = serpLimits.scriptCharactersMax;
  let addressesLeft: number = serpLimits.inlineAddressesMax;
  for (const element of elements) {
    if (element.name !== 'script' || charactersLeft <= 0) continue;
    const [child] = element.children;
    if (child?.type !== 'text') continue;
    const script = (child as unknown as { data: string }).data.slice(0, charactersLeft);
    charactersLeft -= script.length;
    // One class of characters, bounded: nothing to go back to. Escapes of JSON and JavaScript stay in, and are read afterwards.
    for (const [found] of script.matchAll(/https?:(?:\\?\/){2}[^\s"'<>`]{4,2000}/g)) {
      if (addressesLeft <= 0) return byHost;
      addressesLeft -= 1;
      const address = unescaped(found);
      if (!URL.canParse(address)) continue;
      const { href, hostname } = new URL(address);
      const host = hostname.replace(/^www\./, '');
      const known = byHost.get(host);
      if (known) known.add(href);
      else byHost.set(host, new Set([href]));
    }
  }
  return byHost;
}

/** The one inline address whose path is the one that a breadcrumb shows, `…` standing for what it leaves out; "" for none or several. */
export function addressOfBreadcrumb(breadcrumb: string, byHost: ReadonlyMap<string, ReadonlySet<string>>): string {
  const [head = '', ...crumbs] = breadcrumb.split(/\s{0,3}[›»]\s{0,3}/u);
  const host = head.replace(/^https?:\/\//i, '').replace(/^www\./i, '');
  const pattern = crumbs.map((crumb) => crumb.trim().toLowerCase()).filter((crumb) => crumb !== '');
  const fitting = [...(byHost.get(host.toLowerCase()) ?? [])].filter((address) => fits(pathOf(address), pattern));
  return fitting.length === 1 ? fitting[0]! : '';
}

function fits(path: readonly string[], pattern: readonly string[]): boolean {
  const gap = pattern.findIndex((crumb) => crumb === '...' || crumb === '…');
  if (gap < 0) return path.length === pattern.length && pattern.every((crumb, index) => isCrumb(path[index]!, crumb));
  const before = pattern.slice(0, gap);
  const after = pattern.slice(gap + 1);
  return (
    path.length > before.length + after.length &&
    before.every((crumb, index) => isCrumb(path[index]!, crumb)) &&
    after.every((crumb, index) => isCrumb(path[path.length - after.length + index]!, crumb))
  );
}

/** A crumb may be cut (`20...`); no crumb without a letter left says anything. */
function isCrumb(segment: string, crumb: string): boolean {
  const cut = /(?:\.\.\.|…)$/u.test(crumb) ? crumb.replace(/(?:\.\.\.|…)$/u, '') : null;
  return cut === null ? segment === crumb : cut !== '' && segment.startsWith(cut);
}

function pathOf(address: string): string[] {
  return new URL(address).pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      try {
        return decodeURIComponent(segment).toLowerCase();
      } catch {
        return segment.toLowerCase();
      }
    });
}

function unescaped(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_all, long: string | undefined, short: string | undefined) =>
      String.fromCharCode(Number.parseInt(long ?? short ?? '', 16)),
    )
    .replaceAll('\\/', '/')
    .replace(/["'<>\\].{0,2000}$/su, '');
}
