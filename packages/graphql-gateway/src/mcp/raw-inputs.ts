import { operationNamed, type RawInput } from '@leadgen/engine';
import type { PaidTool } from './tools.ts';

/**
 * The inputs of an operation that a tool's arguments stand for, one for each value of a list. A parameter may have its name here, in
 * REST or in GraphQL. Throws what `refuse` makes for a name that means nothing.
 */
export function rawInputs(tool: PaidTool, args: Record<string, unknown>, refuse: (why: string) => Error): RawInput[] {
  const names = parameterNames(tool);
  const listed = tool.list?.argument;
  const raw: RawInput = {};
  for (const [name, value] of Object.entries(args)) {
    if (name === listed || (name === 'with' && tool.with)) continue;
    const parameter = names.get(name);
    if (parameter === undefined) {
      const known = [...(listed ? [listed] : []), ...Object.keys(tool.arguments ?? {}), ...(tool.with ? ['with'] : [])];
      throw refuse(`${JSON.stringify(name.slice(0, 100))}: it takes ${known.join(', ')}`);
    }
    if (value !== undefined && value !== null) raw[parameter] = value;
  }
  if (!tool.list) return [raw];
  const { argument, of } = tool.list;
  const values = args[argument] ?? (raw[of] === undefined ? undefined : [raw[of]]);
  if (!Array.isArray(values) || values.length === 0) throw refuse(`${argument}: a list is expected`);
  return values.map((value) => ({ [of]: value }));
}

function parameterNames(tool: PaidTool): Map<string, string> {
  const { parameters } = operationNamed(tool.operation);
  return new Map([
    ...Object.entries(parameters).flatMap(([name, { rest }]): [string, string][] => [
      ...(rest === null ? [] : [[rest, name] as [string, string]]),
      [name, name],
    ]),
    ...Object.entries(tool.arguments ?? {}),
  ]);
}
