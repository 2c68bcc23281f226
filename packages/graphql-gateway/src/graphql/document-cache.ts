import { type DocumentNode, NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { documentLimits, documentLimitsRule, refuseDeepText } from './limits.ts';

/**
 * Each document is parsed, counted against the limits and validated once, as long as it stays in memory. Yoga's own cache bounds the number of its
 * documents, not their size: a thousand of 10,000 tokens would hold a gigabyte.
 */
export function documentCachePlugin({ introspection }: { introspection: boolean }): Plugin {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: documentLimits.keptCharactersMax,
    maxEntrySize: documentLimits.keptDocumentCharactersMax,
    sizeCalculation: (_document, text) => Math.max(1, text.length),
  });
  const verdicts = new WeakMap<object, readonly Error[]>();
  return {
    onParse({ params: { source }, setParseFn, parseFn, setParsedDocument }) {
      const text = typeof source === 'string' ? source : source.body;
      const kept = documents.get(text);
      if (kept) {
        setParsedDocument(kept);
        return;
      }
      setParseFn((given, options) => {
        refuseDeepText(text);
        const document = parseFn(given, { ...options, maxTokens: documentLimits.tokensMax });
        documents.set(text, document);
        return document;
      });
    },
    onValidate({ params: { documentAST }, addValidationRule, setResult, setValidationFn }) {
      const verdict = verdicts.get(documentAST);
      if (verdict) {
        setResult(verdict as never);
        return;
      }
      addValidationRule(documentLimitsRule);
      if (!introspection) {
        addValidationRule(NoSchemaIntrospectionCustomRule);
        // "Did you mean" would tell the schema name by name.
        setValidationFn((schema, document, rules, settings) =>
          validate(schema, document, rules, { ...settings, hideSuggestions: true }),
        );
      }
      return ({ result }) => {
        verdicts.set(documentAST, result);
      };
    },
  };
}
