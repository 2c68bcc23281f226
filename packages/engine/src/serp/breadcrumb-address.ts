import { type Element, isTag } from 'domhandler';
import { closest, first, textOf } from './result-document.ts';

/** The address that a breadcrumb such as `https://www.example.com › shop › shoes` begins with; "" where it shows none. */
export function breadcrumbAddress(breadcrumb: string): string {
  const [head = ''] = breadcrumb.split(/\s{0,3}[›»>]\s{0,3}|\s/u);
  const host = head.replace(/^https?:\/\//i, '').replace(/\/.{0,500}$/, '');
  // Labels end at their dots, so there is one way to read a host.
  if (!/^[\p{L}\d](?:[\p{L}\d-]{0,62}\.){1,6}[\p{L}]{2,24}$/u.test(host)) return '';
  const address = /^https?:\/\//i.test(head) ? head : `https://${head}`;
  return URL.canParse(address) ? new URL(address).href : '';
}

/** The breadcrumb of a result: its `cite`, else the first short text in its block, beside the heading, that begins with an address. */
export function breadcrumbOf(block: Element, heading: Element): string {
  const cite = textOf(first(block, (each) => each.name === 'cite'));
  if (cite !== '') return cite;
  const shown = first(block, (each) => {
    const [child] = each.children;
    if (!child || isTag(child) || closest(each, (node) => node === heading || node === block) === heading) return false;
    const text = textOf(each);
    return text.length < 300 && breadcrumbAddress(text) !== '';
  });
  return textOf(shown);
}
