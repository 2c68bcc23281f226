import type { Door } from './server.ts';

/** A door whose code is loaded with its first request, so that a start need not wait for what nobody has asked for yet. */
export function lateDoor(matches: (path: string) => boolean, open: () => Promise<Door>): Door {
  let door: Promise<Door> | null = null;
  return {
    matches,
    async handle(request, response, path, queryString) {
      door ??= open();
      await (await door).handle(request, response, path, queryString);
    },
  };
}
