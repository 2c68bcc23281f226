import { batchLimits, type Operation, operations } from '@leadgen/engine';
import { escapeHtml } from '../sandbox/escape-html.ts';

/** `GET /`: what the API does and costs, an example of each call as curl, TypeScript and GraphQL, and a form that tries it (Swagger UI). */
export function referencePage({ upstream }: { upstream: 'live' | 'sandbox' }): string {
  const demo = upstream === 'sandbox' ? { key: 'demo', user: '1' } : { key: 'YOUR_KEY', user: '123' };
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>LeadGen Engine – API reference</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/reference/swagger-ui.css"><link rel="stylesheet" href="/reference/reference.css"></head><body>
<header><h1>LeadGen Engine</h1><p>Lead search, web site contacts, ads and their history, places and reviews.</p>
<nav><a href="#credits">Credits</a><a href="#examples">Examples</a><a href="#batches">Batches</a><a href="#try">Try it</a><a href="/graphql">GraphiQL</a><a href="/openapi.json">openapi.json</a></nav></header>
<main>
${upstream === 'sandbox' ? '<p class="notice">This gateway runs on its sandbox: answers are invented on this machine. Demo account: <code>user_id=1</code>, <code>api_key=demo</code>.</p>' : ''}
<section><h2>Authentication</h2><p>REST calls carry <code>api_key</code> and <code>user_id</code> in the query string. GraphQL takes <code>Authorization: Bearer &lt;api_key&gt;</code> and <code>X-User-Id</code>. Keep the key out of pages and shared addresses.</p></section>
<section id="credits"><h2>Credits</h2><p>An error never costs a credit. Answers from the cache are free.</p>
<table><thead><tr><th>Operation</th><th>Path</th><th>Price</th></tr></thead><tbody>${operations.map(priceRow).join('')}</tbody></table></section>
<section id="examples"><h2>Examples</h2>${operations.map((operation) => examples(operation, demo)).join('')}</section>
<section id="batches"><h2>Batches</h2><p>Up to ${batchLimits.inputsMax.toLocaleString('en')} inputs of one operation, run by workers; each is answered once and paid at most once. Follow it by its id, or let a webhook tell you; the rows come in the order of the inputs.</p>
<pre>${escapeHtml(batchExample(demo))}</pre></section>
<section id="try"><h2>Try it</h2><p>Enter your key and user ID once under “Authorize”.</p><div id="swagger"></div></section>
</main><script src="/reference/swagger-ui-bundle.js"></script><script src="/reference/reference.js"></script></body></html>`;
}

function batchExample({ key, user }: { key: string; user: string }): string {
  const base = 'http://127.0.0.1:4000/batches';
  const headers = `-H "authorization: Bearer ${key}" -H "x-user-id: ${user}"`;
  return `curl ${base} ${headers} -d '{"operation":"websiteCrawl","inputs":[{"domain":"example.com"}],"maxCredits":500}'
curl ${base}/ID ${headers}
curl ${base}/ID/results.csv ${headers} -o results.csv`;
}

function priceRow({ summary, path, pricing }: Operation): string {
  return `<tr><td>${escapeHtml(summary)}</td><td><code>/api/v1${path}</code></td><td>${escapeHtml(pricing)}</td></tr>`;
}

function examples(operation: Operation, { key, user }: { key: string; user: string }): string {
  const given = exampleInput(operation);
  const query = new URLSearchParams({
    api_key: key,
    user_id: user,
    ...Object.fromEntries(given.map(({ rest, value }) => [rest, value])),
  });
  const curl = `curl "http://127.0.0.1:4000/api/v1${operation.path}?${query}"`;
  const typescript = `const response = await fetch(\n  'http://127.0.0.1:4000/api/v1${operation.path}?' +\n    new URLSearchParams(${JSON.stringify(Object.fromEntries(query))}),\n);\nconst { data, credits_used } = await response.json();`;
  const graphql = `{\n  ${operation.name}(${given.map(({ name, value }) => `${name}: ${JSON.stringify(value)}`).join(', ')}) {\n    ${fieldsOf(operation)}\n    credits { used remaining charges { rule item credits } }\n  }\n}`;
  return `<details><summary><code>${operation.name}</code> ${escapeHtml(operation.summary)}</summary>
<h4>curl</h4><pre>${escapeHtml(curl)}</pre><h4>TypeScript</h4><pre>${escapeHtml(typescript)}</pre><h4>GraphQL</h4><pre>${escapeHtml(graphql)}</pre></details>`;
}

function exampleInput(operation: Operation): { name: string; rest: string; value: string }[] {
  return Object.entries(operation.parameters).flatMap(([name, { rest, example }]) =>
    rest !== null && example !== undefined ? [{ name, rest, value: example }] : [],
  );
}

/** A few plain fields of the answer, enough to show the shape. */
function fieldsOf(operation: Operation): string {
  const names = Object.keys(operation.data.shape).filter(
    (name) => !['metadata', 'contacts', 'results', 'reviews', 'skipped'].includes(name),
  );
  return names.map((name) => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())).join(' ');
}

export const referenceStyle = `body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1c2430;background:#f7f8fa}
header{background:#14213d;color:#fff;padding:1.5rem max(1rem,calc(50vw - 34rem))}header h1{margin:0}header p{margin:.25rem 0 1rem;opacity:.85}
nav{display:flex;flex-wrap:wrap;gap:1.25rem}nav a{color:#ffd27f;text-decoration:none}nav a:hover,nav a:focus{text-decoration:underline}
main{max-width:68rem;margin:0 auto;padding:1rem}section{margin:1.5rem 0}
.notice{background:#fff4d6;border-left:4px solid #e0a100;padding:.6rem .9rem}
table{border-collapse:collapse;width:100%;background:#fff}th,td{text-align:left;vertical-align:top;padding:.5rem .7rem;border-bottom:1px solid #e3e6eb}
details{background:#fff;border:1px solid #e3e6eb;border-radius:6px;margin:.5rem 0;padding:.5rem .8rem}summary{cursor:pointer}
pre{background:#0f172a;color:#e5e9f0;padding:.7rem;border-radius:6px;overflow-x:auto}h4{margin:.6rem 0 .2rem}
#swagger{background:#fff;border-radius:6px}.swagger-ui .info{display:none}`;

export const referenceScript = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger', deepLinking: true, persistAuthorization: false, tryItOutEnabled: true });`;
