import { LeadGenError } from '@leadgen/engine';
import type { Command } from 'commander';
import { ConfigError, readConfig } from '../config.ts';
import { redactSecrets } from '../observe/redact-secrets.ts';
import { printableText } from '../printable-text.ts';
import { ensureDemoAccount } from '../sandbox/demo-account.ts';
import type { Cli } from './cli.ts';
import { errorParts } from './error-parts.ts';
import { withEngine } from './with-engine.ts';

/** `leadgen mcp`: the MCP server on standard input and output, over a gateway or over the local store. Nothing else is printed there. */
export function addMcpCommand(program: Command, cli: Cli): void {
  program
    .command('mcp')
    .description(
      'the MCP server on standard input and output, for the account of LEADGEN_API_KEY: of the gateway LEADGEN_BASE_URL, or of the local store',
    )
    .action(async () => {
      const { remote, licenceProvider, upstream, workers } = readConfig(cli.env);
      const { apiKey, userId, baseUrl } = remote;
      if (apiKey === null) throw new ConfigError('LEADGEN_API_KEY: it is needed: the key whose account pays');
      const complain = (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        cli.terminal.complain(`mcp: ${printableText(redactSecrets(text))}\n`);
      };
      if (baseUrl !== null) {
        const { serveGateway } = await import('../mcp/serve-gateway.ts');
        await serveGateway({ baseUrl, apiKey, userId, signal: cli.signal, complain });
        return;
      }
      await withEngine(cli, async ({ context }) => {
        if (upstream === 'sandbox') await ensureDemoAccount(context);
        const { serveEngine } = await import('../mcp/serve-engine.ts');
        const hasLicences = licenceProvider === 'amember';
        await serveEngine(context, { apiKey, userId, hasLicences, workers, signal: cli.signal, complain, knownError });
      });
    });

  /** As the command line tells them; what is not known is told to the person who started it. */
  function knownError(error: unknown): LeadGenError {
    if (error instanceof LeadGenError) return error;
    const { code, message } = errorParts(error);
    cli.terminal.complain(`mcp: ${code}: ${message}\n`);
    return new LeadGenError(code === 'db_error' ? 'db_error' : 'internal_error');
  }
}
