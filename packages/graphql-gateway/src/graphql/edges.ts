import { isAbsent } from '@leadgen/engine';
import { builder } from './builder.ts';
import { answerTypes, rowType } from './data-types.ts';

/** Rows that lead to another operation: `[row type, edge, the row's field that names what to look up]`. */
const edges: readonly { row: string; operation: string; from: string; price: number; description: string }[] = [
  {
    row: 'LeadSearchResult',
    operation: 'websiteCrawl',
    from: 'link',
    price: 15,
    description: "A crawl of the result's address.",
  },
  { row: 'Ad', operation: 'websiteCrawl', from: 'url', price: 15, description: "A crawl of the ad's landing page." },
  {
    row: 'Place',
    operation: 'websiteCrawl',
    from: 'website',
    price: 15,
    description: "A crawl of the place's web site; null where it has none.",
  },
  { row: 'Place', operation: 'placeReviews', from: 'place_id', price: 5, description: "The place's reviews." },
];

for (const { row, operation, from, price, description } of edges) {
  builder.objectField(rowType(row), operation, (t) =>
    t.field({
      type: answerTypes.get(operation)!,
      nullable: true,
      description,
      extensions: { price },
      resolve: (parent, _arguments, context) =>
        isAbsent(parent[from]) ? null : context.loaders.answer(context, operation, String(parent[from])),
    }),
  );
}
