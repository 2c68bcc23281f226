import './operation-fields.ts';
import './edges.ts';
import './website-crawls.ts';
import './quote.ts';
import './ad-history.ts';
import './account.ts';
import './operator.ts';
import './batches.ts';
import './batch-mutations.ts';
import './batch-progress.ts';
import './new-ads.ts';
import { DirectiveLocation, GraphQLDirective, GraphQLInt, GraphQLNonNull, GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';

const priceDirective = new GraphQLDirective({
  name: 'price',
  description: 'The highest price of one call of the field, credits; on an edge, of one row.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: { max: { type: new GraphQLNonNull(GraphQLInt), description: 'Credits.' } },
});

const built = builder.toSchema({ sortSchema: false });

/** The whole graph. */
export const schema = new GraphQLSchema({
  ...built.toConfig(),
  directives: [...built.getDirectives(), priceDirective],
});
