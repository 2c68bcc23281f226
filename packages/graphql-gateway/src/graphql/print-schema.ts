import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  isObjectType,
  Kind,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import { schema } from './schema.ts';

/** The schema as it is checked in: with `@price(max: …)` on every paid field. */
export function printedSchema(): string {
  let typeName = '';
  const document = visit(parse(printSchema(schema)), {
    ObjectTypeDefinition: {
      enter(node) {
        typeName = node.name.value;
      },
    },
    FieldDefinition(node: FieldDefinitionNode) {
      const type = schema.getType(typeName);
      const price = isObjectType(type) ? type.getFields()[node.name.value]?.extensions.price : undefined;
      return typeof price === 'number'
        ? { ...node, directives: [...(node.directives ?? []), priceOf(price)] }
        : undefined;
    },
  });
  return `${print(document)}\n`;
}

function priceOf(max: number): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'price' },
    arguments: [
      { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'max' }, value: { kind: Kind.INT, value: String(max) } },
    ],
  };
}
