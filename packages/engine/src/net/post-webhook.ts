import { type Dispatcher, request } from 'undici';
import type { PostWebhook } from '../ports/post-webhook.ts';

const answerBytesMax = 16_384;

/** Through the guarded agent, so that an address, a name or a second answer of the DNS can't lead inside. */
export function createPostWebhook({ agent, userAgent }: { agent: Dispatcher; userAgent: string }): PostWebhook {
  return async ({ url, headers, body, signal }) => {
    if (!/^https?:\/\//i.test(url)) throw new Error('only http and https are called');
    const response = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent, ...headers },
      body,
      signal,
    });
    await response.body.dump({ limit: answerBytesMax, signal });
    return response.statusCode;
  };
}
