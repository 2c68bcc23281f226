import { hash } from 'node:crypto';

/**
 * The key of a kept answer: a hash over its name space, whose answers they are (H2; null = everybody's), and the parts in
 * their normal form, which the caller makes (H1). Parts are fenced by JSON, so that no two lists run into each other.
 */
export function cacheKey({
  namespace,
  parts,
  scope,
}: {
  namespace: string;
  parts: readonly (string | number)[];
  scope: number | null;
}): string {
  return hash('sha256', JSON.stringify([namespace, scope, ...parts]), 'hex');
}
