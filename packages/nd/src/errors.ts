/** What went wrong with an array: `code` is stable (`ND_SHAPE`, `ND_INDEX`, `ND_SLICE`, `ND_AXIS`, `ND_EMPTY`, `ND_DTYPE`, `ND_BOUNDS`, `ND_ARGUMENT`), the message says what, where and what to do. */
export class NdError extends Error {
  override readonly name = 'NdError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** `(3, 4)`, as numpy writes a shape. */
export const shapeText = (shape: readonly number[]): string => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
