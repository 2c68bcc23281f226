import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** `scale-sites.ts PAGES`: small companies' sites on one port, told apart by their name: pages of 60 kB, one of them with the e-mail. Prints its port. */
const pages = Number(process.argv[2]);
const words =
  'We build garden sheds and summer houses from local wood since 1957 in the third generation of our family. ';
const sections = Array.from(
  { length: 60 },
  (_, index) =>
    `<section class="content-block" id="s${index}"><h2>Part ${index}</h2><p class="text">${words.repeat(8)}</p></section>`,
).join('\n');
const paths = ['/', '/contact', ...Array.from({ length: pages - 2 }, (_, index) => `/page-${index}`)];
const menu = paths.map((path) => `<a class="menu-item" href="${path}">Go to ${path}</a>`).join('\n');
const page = (footer: string) =>
  `<!doctype html><html lang="en"><head><title>Sheds</title><meta name="description" content="Sheds"></head><body><nav>${menu}</nav>${sections}<footer>${footer}</footer></body></html>`;
const plain = gzipSync(page('<a href="/contact">Contact</a>'));
const server = createServer((request, response) => {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (!paths.includes(request.url ?? '')) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' });
  response.end(request.url === '/contact' ? gzipSync(page(`<a href="mailto:info@${host}">Write to us</a>`)) : plain);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
