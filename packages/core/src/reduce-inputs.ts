import { asInputRef, type Input, type InputValue } from './inputs.ts';
import { YardError, didYouMean } from './problem.ts';
import { isReducer, type Reducer } from './reducer.ts';
import { isView, type ViewInput } from './view-spec.ts';

/** What a view may fold: one input, or several by name for a reducer that takes several. */
export type Foldable = Input | Readonly<Record<string, Input>>;

/** What arrives at a reducer: the input's data, or an object of them; of several, any may be missing in a train. */
export type Folded<I> = I extends Input ? InputValue<I> : { readonly [N in keyof I]: InputValue<I[N]> | undefined };

/** The inputs of a view that folds, held against what its reducer takes; the single one is called `value`. Throws `REDUCE_INPUTS`, or `VIEW_FORM` for what is no reducer. */
export function reduceInputs(of: Foldable, reducer: Reducer): ViewInput[] {
  if (!isReducer(reducer)) throw new YardError('VIEW_FORM', 'view.reduce takes a reducer after what it folds: view.reduce(total, mean()).');
  const { name, takes } = reducer;
  const short = name.replace(/\(.*/s, '');
  const named = typeof of === 'object' && of !== null && !isView(of) && (takes !== undefined || !('from' in of));
  if (takes === undefined) {
    if (named) throw new YardError('REDUCE_INPUTS', `${short} takes one input, not ${Object.keys(of).join(', ') || 'none'}: view.reduce(total, ${short}(...)).`);
    return [{ name: 'value', ...asInputRef(of as Input) }];
  }
  const wanted = `${short} takes ${takes.join(' and ')}: view.reduce({ ${takes.map((input) => `${input}: ...`).join(', ')} }, ${short}(...))`;
  if (!named) throw new YardError('REDUCE_INPUTS', `${wanted}, not one input alone.`);
  const inputs = of as Readonly<Record<string, Input>>;
  for (const given of Object.keys(inputs)) {
    if (!takes.includes(given)) throw new YardError('REDUCE_INPUTS', `${wanted}; it has no input "${given}".${didYouMean(given, takes)}`);
  }
  return takes.map((input) => {
    if (inputs[input] === undefined) throw new YardError('REDUCE_INPUTS', `${wanted}; "${input}" is not given.`);
    return { name: input, ...asInputRef(inputs[input]) };
  });
}
