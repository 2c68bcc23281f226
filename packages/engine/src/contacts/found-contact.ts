/** How a contact was found. */
export type FindMethod =
  | 'mailto'
  | 'text'
  | 'entity'
  | 'cfemail'
  | 'obfuscated'
  | 'json-ld'
  | 'microdata'
  | 'h-card'
  | 'attribute'
  | 'script'
  | 'tel'
  | 'wa.me'
  | 'link'
  | 'meta'
  | 'plugin'
  | 'rel-me';

export interface FoundContact {
  kind: 'email' | 'phone' | 'fax' | 'social';
  value: string;
  /** A phone number in E.164; null where its country is not known. */
  e164: string | null;
  /** From 0 to 1. */
  confidence: number;
  method: FindMethod;
  /** What stood around it, at most 120 characters, no control characters. */
  snippet: string;
}
