/**
 * Calls that come while others are under way wait for them and then go together, in one call of `run`: a busy database gets few large
 * statements instead of many small ones, an idle one is asked at once. A call never joins a `run` that has begun.
 * Where a group fails, each of its calls is made by itself, so that none fails for another's sake.
 */
export function groupCalls<Request, Result>(
  run: (requests: readonly Request[]) => Promise<readonly Result[]>,
  { sizeMax, atOnceMax = 2 }: { sizeMax: number; atOnceMax?: number },
): (request: Request) => Promise<Result> {
  interface Call {
    request: Request;
    resolve: (result: Result) => void;
    reject: (reason: unknown) => void;
  }
  const waiting: Call[] = [];
  let running = 0;

  async function runGroup(calls: readonly Call[]): Promise<void> {
    try {
      const results = await run(calls.map(({ request }) => request));
      for (const [index, call] of calls.entries()) call.resolve(results[index]!);
    } catch (error) {
      if (calls.length === 1) calls[0]!.reject(error);
      else for (const call of calls) await runGroup([call]);
    }
  }

  function start(): void {
    while (running < atOnceMax && waiting.length > 0) {
      running += 1;
      void runGroup(waiting.splice(0, sizeMax)).finally(() => {
        running -= 1;
        start();
      });
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      start();
    });
}
