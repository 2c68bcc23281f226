import { type Answer, type LegacyShape, legacyShape, type Operation } from '@leadgen/engine';

/** The body of a legacy answer, to the byte what the reference shows: raw UTF-8, slashes unescaped (P10). */
export type LegacyBody = (answer: Answer) => Buffer;

/** @param escapeNonAscii the places paths of the reference print `\\u2013` for an en dash; an old client may count on it (P10). */
export function createLegacyBody(operation: Operation, escapeNonAscii: boolean): LegacyBody {
  const shape: LegacyShape = legacyShape(operation.data);
  /** Answers from the cache are told as they are again and again: encoded once, as long as their row stays in memory. */
  const rendered = new WeakMap<object, Buffer>();

  function render(answer: Answer): Buffer {
    const json = JSON.stringify(shape(answer.data));
    const data = escapeNonAscii
      ? json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : json;
    return Buffer.from(`{"status":"success","credits_used":${answer.credits.used},"data":${data}}`);
  }

  return (answer) => {
    const { keptAs } = answer;
    if (!keptAs) return render(answer);
    const known = rendered.get(keptAs);
    if (known) return known;
    const body = render(answer);
    rendered.set(keptAs, body);
    return body;
  };
}

/** Exactly the three keys of the reference (C24). */
export function legacyError(error: { code: string; message: string }): string {
  return JSON.stringify({ status: 'error', code: error.code, message: error.message });
}
