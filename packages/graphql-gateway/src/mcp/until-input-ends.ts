/** Resolves when the client closes standard input, or when the signal is aborted. */
export function untilInputEnds(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => resolve();
    if (signal.aborted || process.stdin.readableEnded) return end();
    process.stdin.once('end', end);
    process.stdin.once('close', end);
    signal.addEventListener('abort', end, { once: true });
  });
}
