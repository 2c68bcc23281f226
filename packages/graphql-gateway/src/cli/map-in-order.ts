/** Runs over all inputs, some at once, and gives the results in the order of the inputs. `run` must not reject. */
export async function* mapInOrder<Input, Result>(
  inputs: readonly Input[],
  { atOnceMax }: { atOnceMax: number },
  run: (input: Input) => Promise<Result>,
): AsyncGenerator<Result> {
  const results = new Map<number, Promise<Result>>();
  let next = 0;
  let running = 0;
  const startMore = () => {
    while (running < atOnceMax && next < inputs.length) {
      running += 1;
      results.set(
        next,
        run(inputs[next]!).finally(() => {
          running -= 1;
          startMore();
        }),
      );
      next += 1;
    }
  };
  startMore();
  for (let index = 0; index < inputs.length; index += 1) {
    yield await results.get(index)!;
    results.delete(index);
  }
}
