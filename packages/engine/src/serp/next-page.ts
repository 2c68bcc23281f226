import type { Element } from 'domhandler';

/** Whether a page links to a later offset of the same list than its own (`start=20` on Google, `first=21` on Bing, `b=21` on Yahoo). */
export function hasLinkToLaterOffset(
  elements: readonly Element[],
  { url, parameter }: { url: string; parameter: string },
): boolean {
  const own = offsetIn(url, parameter) ?? 1;
  return elements.some(
    (each) =>
      each.name === 'a' &&
      each.attribs.href !== undefined &&
      each.attribs.href.length < 4_000 &&
      (offsetIn(each.attribs.href, parameter) ?? 0) > own,
  );
}

/** Digits between fixed ends: there is one way to read them. */
function offsetIn(address: string, parameter: string): number | null {
  const at = Math.max(address.indexOf(`?${parameter}=`), address.indexOf(`&${parameter}=`));
  if (at < 0) return null;
  const offset = Number.parseInt(address.slice(at + parameter.length + 2, at + parameter.length + 8), 10);
  return Number.isNaN(offset) ? null : offset;
}
