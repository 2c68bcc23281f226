import { checkSerp, type SearchEngine, type SerpCheck } from '@leadgen/engine';
import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { addJsonOption, type OutputOptions, printAnswer } from './output-options.ts';
import { tableText } from './table-text.ts';
import { withEngine } from './with-engine.ts';

const engines: readonly SearchEngine[] = ['google', 'bing', 'yahoo', 'duckduckgo'];

/** `leadgen doctor serp`: one live page per engine, and which layout it had. The provider may charge for the pages. */
export function addDoctorSerpCommand(doctor: Command, cli: Cli): void {
  addJsonOption(doctor.command('serp'))
    .description('fetch one live page per engine and say how it reads (the provider may charge for it)')
    .option('--query <text>', 'what to search for', 'marketing agency new york')
    .action(async (options: OutputOptions & { query: string }, command: Command) => {
      const checks = await withEngine(cli, async ({ context }) => {
        const { country, language } = context.settings;
        const request = { query: options.query, country, language, signal: cli.signal };
        return Promise.all(engines.map((engine) => checkSerp(context.serp, { ...request, engine })));
      });
      const isFine = checks.every((check) => check.isFine);
      // The flag may have been taken by `doctor` itself.
      await printAnswer(cli, command.optsWithGlobals<OutputOptions>(), {
        json: () => ({ ok: isFine, engines: checks.map(documentOf) }),
        text: () => checksText(checks, cli.terminal),
      });
      if (!isFine) process.exitCode = 1;
    });
}

function documentOf(check: SerpCheck) {
  return {
    engine: check.engine,
    provider: check.provider,
    ok: check.isFine,
    page_class: check.pageClass,
    layout: check.layout,
    organic_count: check.organicCount,
    ads_count: check.adsCount,
    ad_label_count: check.adLabelCount,
    milliseconds: Math.round(check.milliseconds),
    detail: check.detail,
  };
}

function checksText(checks: SerpCheck[], { width }: { width: number }): string {
  return tableText(
    ['engine', 'provider', 'page', 'layout', 'results', 'ads', 'ad labels', 'seconds', 'detail'],
    checks.map((check) => [
      check.engine,
      check.provider,
      check.pageClass.replaceAll('_', ' '),
      check.layout,
      check.organicCount,
      check.adsCount,
      check.adLabelCount,
      (check.milliseconds / 1000).toFixed(1),
      check.detail,
    ]),
    { width },
  );
}
