/** The address that a breadcrumb such as `https://www.example.com › shop › shoes` begins with; "" where it shows none. */
export function breadcrumbAddress(breadcrumb: string): string {
  const [head = ''] = breadcrumb.split(/\s{0,3}[›»>]\s{0,3}|\s/u);
  const host = head.replace(/^https?:\/\//i, '').replace(/\/.{0,500}$/, '');
  if (!/^[\p{L}\d](?:[\p{L}\d-]{0,62}\.){1,6}[\p{L}]{2,24}$/u.test(host)) return '';
  const address = /^https?:\/\//i.test(head) ? head : `https://${head}`;
  return URL.canParse(address) ? new URL(address).href : '';
}
