import { batchLimits, LeadGenError } from '@leadgen/engine';
import { Tokenizer, TokenParser, TokenType } from '@streamparser/json';
import { batchDoorLimits } from './limits.ts';

/** What a body has beside `inputs`. */
export interface OrderFields {
  operation?: unknown;
  maxCredits?: unknown;
  webhookUrl?: unknown;
}

/** An input stands in the list of the object. */
const depthMax = batchLimits.inputDepthMax + 2;
const fieldNames = ['operation', 'maxCredits', 'webhookUrl'] as const;

/**
 * Reads `{"operation","inputs":[…],"maxCredits","webhookUrl"}` piece by piece, its keys in any order; what it has read it forgets.
 * A key that it doesn't know is refused: a ceiling that is misspelt would be none.
 */
export function createOrderParser(): {
  /** The inputs that this piece completes. Throws `invalid_param`. */
  write(piece: Uint8Array): unknown[];
  /** Throws `invalid_param` where the body ends too early. */
  end(): OrderFields;
} {
  const tokenizer = new Tokenizer();
  const values = new TokenParser({ paths: ['$.inputs.*', ...fieldNames.map((name) => `$.${name}`)], keepStack: false });
  const fields: OrderFields = {};
  const seen = new Set<string>();
  let inputs: unknown[] = [];
  let count = 0;
  let bytesSinceInput = 0;
  let depth = 0;
  let text: unknown = null;
  let listComes = false;

  tokenizer.onToken = (token) => {
    follow(token.token, token.value);
    values.write(token);
  };
  values.onValue = ({ value, key, stack }) => {
    if (stack.length === 2) inputs.push(value);
    else fields[key as keyof OrderFields] = value;
  };

  function follow(token: TokenType, value: unknown): void {
    if (depth === 0 && token !== TokenType.LEFT_BRACE) throw invalid('an object is expected');
    if (listComes && token !== TokenType.LEFT_BRACKET)
      throw new LeadGenError('invalid_param', 'Parameter: inputs: a list is expected.');
    listComes = false;
    if (token === TokenType.COLON && depth === 1) startField(String(text));
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth += 1;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) depth -= 1;
    if (depth > depthMax) throw invalid(`it is deeper than ${depthMax} levels`);
    text = value;
  }

  function startField(name: string): void {
    if (name !== 'inputs' && !fieldNames.includes(name as (typeof fieldNames)[number])) {
      const shown = JSON.stringify(name.slice(0, 60));
      throw invalid(`there is no field ${shown}; known are operation, inputs, maxCredits and webhookUrl`);
    }
    if (seen.has(name)) throw invalid(`the field ${name} is there twice`);
    seen.add(name);
    listComes = name === 'inputs';
  }

  return {
    write(piece) {
      try {
        tokenizer.write(piece);
      } catch (error) {
        if (error instanceof LeadGenError) throw error;
        throw invalid(`it is not JSON after ${count + inputs.length} inputs`);
      }
      const read = inputs;
      inputs = [];
      count += read.length;
      bytesSinceInput = read.length > 0 ? 0 : bytesSinceInput + piece.length;
      if (bytesSinceInput > batchDoorLimits.bytesWithoutInputMax)
        throw new LeadGenError(
          'invalid_param',
          `Parameter: inputs: input ${count} has more than ${batchLimits.inputCharactersMax} characters.`,
        );
      return read;
    },
    end() {
      if (!values.isEnded) throw invalid(`it ends too early, after ${count} inputs`);
      return fields;
    },
  };
}

function invalid(why: string): LeadGenError {
  return new LeadGenError('invalid_param', `The body: ${why}.`);
}
