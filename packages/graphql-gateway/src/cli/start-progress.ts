import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** A bar on standard error, for a person alone. */
export function startProgress(
  terminal: Terminal,
  { total, isShown }: { total: number; isShown: boolean },
): { advance: () => void; update: (value: number) => void; stop: () => void } {
  if (!isShown || !terminal.isWatched) return { advance: () => {}, update: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      stream: terminal.errors as NodeJS.WriteStream,
      format: '{bar} {value}/{total}, {eta_formatted} left',
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { advance: () => bar.increment(), update: (value) => bar.update(value), stop: () => bar.stop() };
}
